/* Who may become an owner: open prospects best first with their reasons, and how far the model can be trusted. */
import { Link } from 'react-router'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useNames } from '../../api/names'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import type { PropensityFeatureView, PropensityList, PropensityReason, PropensityView } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Empty, Sec, usePersonName } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const SLIGHT = 0.05                          // of log-odds: a reason below moves nothing one could see
type Value = Pick<PropensityFeatureView, 'kind' | 'name' | 'value' | 'zh' | 'en'>
function useWhat() {
  const { t, i18n } = useTranslation('insight')
  const tagName = useTagName()
  return (v: Value) => {
    const value = v.kind === 'tag' ? tagName(v.value) : v.name === 'birth_band' ? t('born', { from: v.value, to: Number(v.value) + 4 }) : (i18n.language === 'zh' ? v.zh : v.en) ?? v.value
    return v.kind === 'trait' ? t('may.trait', { name: t(`group.${v.name ?? ''}`, { defaultValue: v.name ?? '' }), value }) : t(`may.${v.kind}`, { value })
  }
}
const reasonText = (r: PropensityReason, what: (v: Value) => string, t: TFunction) => r.kind === 'trait' && !r.holds ? t('insight:may.other', { name: t(`insight:group.${r.name ?? ''}`, { defaultValue: r.name ?? '' }) }) : t(r.holds ? 'insight:may.has' : 'insight:may.has_not', { what: what(r) })

export function May() {
  const { t } = useTranslation('insight')
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  const model = useRead<PropensityView | null>('propensity', signal => ly.people.get_propensity({ signal }).catch((e: { status?: number }) => { if (e.status === 404) return null; throw e }))
  const learn = () => run(async key => { const m = await ly.people.post_propensity({}, { key }); model.set(() => m); toast(t('may.learned_now', { n: m.learned + m.held_out })) })
  const button = may('rule.write') && <button type="button" className="btn sm" disabled={busy} onClick={() => void learn()}>{t(model.data ? 'may.again' : 'may.learn')}</button>
  return (
    <Part read={model} skeleton={<Lines n={8} />}>
      {m => (m === null ? <Empty title={t('may.none')} text={t('may.none_text')}>{button}</Empty> : (
        <div className="may"><List key={m.version} /><Model m={m} act={button} /></div>
      ))}
    </Part>
  )
}

function List() {
  const { t } = useTranslation('insight')
  const f = useFormat(), what = useWhat(), nameOf = usePersonName()
  const read = useRead<PropensityList>('prospects', signal => ly.people.get_propensity_prospects({ limit: 50 }, { signal }))
  const names = useNames((read.data?.items ?? []).map(x => x.person))
  return (
    <Sec title={t('may.list')} note={read.data && t('may.of', { n: f.full(read.data.open) })}>
      <Part read={read} skeleton={<Lines n={6} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('may.empty')}</p> : (
          <ol className="may-l">{d.items.map(p => (
            <li key={p.person}><span className="num m">{f.percent(p.score ?? 0, 1)}</span>
              <div className="sp"><Link to={`/people/${p.person}`} className="m">{nameOf({ id: p.person, ...names.get(p.person) })}</Link>{p.lead && <span className="t12 i3"> {t('may.lead', { when: f.when(p.lead) })}</span>}
                <p className="t12 i2">{p.reasons.filter(r => Math.abs(r.adds) >= SLIGHT).map((r, i) => <span key={i} className={r.adds > 0 ? 'good' : 'i3'}>{i > 0 && t('may.and')}{r.adds > 0 ? '↑ ' : '↓ '}{reasonText(r, what, t as TFunction)}</span>)}</p></div></li>
          ))}</ol>
        ))}
      </Part>
    </Sec>
  )
}

/** Said against came on leads it has not seen, and what it weighs. */
function Model({ m, act }: { m: PropensityView; act: React.ReactNode }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), what = useWhat()
  return (
    <Sec title={t('may.model', { n: m.version })} note={[m.by, f.when(m.made)].filter(Boolean).join(' · ')} act={act}>
      <p className="t13 i2">{t('may.from', { n: f.full(m.learned + m.held_out), days: m.lead_days, became: f.full(m.became + m.held_became) })} {t('may.auc', { auc: f.percent(m.auc, 1) })}</p>
      {m.bins.length > 0 && (
        <table className="tb may-t" aria-label={t('may.bins')}><thead><tr><th scope="col">{t('may.said')}</th><th scope="col" className="r">{t('may.came')}</th><th scope="col" className="r">{t('may.interval')}</th><th scope="col" className="r">{t('may.people')}</th></tr></thead>
          <tbody>{m.bins.map((b, i) => <tr key={i}><td className="num">{f.percent(b.predicted, 1)}</td><td className="r num">{f.percent(b.became, b.people)}</td><td className={`r num ${b.predicted < b.low || b.predicted > b.high ? 'warn' : 'i3'}`}>{f.percent(b.low, 1)}–{f.percent(b.high, 1)}</td><td className="r num">{f.full(b.people)}</td></tr>)}</tbody></table>
      )}
      <h3 className="may-h">{t('may.weighs')}</h3>
      <table className="tb may-t" aria-label={t('may.weighs')}><thead><tr><th scope="col">{t('col.value')}</th><th scope="col" className="r">{t('may.odds')}</th><th scope="col" className="r">{t('may.share')}</th></tr></thead>
        <tbody>{m.features.slice(0, 12).map((x, i) => <tr key={i}><td className="el">{what(x)}</td><td className="r num">{t('times', { n: Math.exp(x.weight).toFixed(2) })}</td><td className="r num i3">{f.full(x.became)} / {f.full(x.people)}</td></tr>)}</tbody></table>
      <p className="t12 i3">{t('may.note')}</p>
    </Sec>
  )
}
