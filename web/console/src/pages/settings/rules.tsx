/* Rules as sentences, in the order they run. A switch says what it does before it does it. */
import { useState } from 'react'
import { Link } from 'react-router'
import { Drawer, Segmented } from 'antd'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useNames } from '../../api/names'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import type { RuleView, ShadowSum } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat, type Formatter } from '../../text/format'
import { ringText } from '../../ui/rings'
import { Empty, Sec, useNarrow, usePersonName } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const STATES = ['on', 'shadow', 'off'] as const

export function Rules() {
  const { t, i18n } = useTranslation('settings')
  const read = useRead('rules', signal => ly.rule.get_rules({ signal }))
  const shadow = useRead('shadow', signal => ly.rule.get_shadow({ limit: 1 }, { signal }), 15_000)
  const [open, setOpen] = useState<RuleView>()
  const { may } = useSession()
  const changed = (r: RuleView) => read.set(old => ({ items: old.items.map(x => (x.id === r.id ? r : x)) }))
  return (
    <Sec title={t('tab.rules')} note={t('rules.note')} act={may('rule.write') && <Link to="/settings/rules/new">{t('rules.new')}</Link>}>
      <Part read={read} name={t('tab.rules')} skeleton={<Lines n={8} height={40} />}>
        {d => (d.items.length === 0 ? <Empty title={t('rules.none')} text={t('rules.none_text')} /> : (
          <ul className="rules">{d.items.map(r => <Row key={r.id} r={r} name={i18n.language === 'zh' ? r.name_zh : r.name_en} sentence={i18n.language === 'zh' ? r.sentence_zh : r.sentence_en} changed={changed} sums={(shadow.data?.sums ?? []).filter(x => x.rule === r.id)} open={() => setOpen(r)} />)}</ul>
        ))}
      </Part>
      {open && <Trial r={open} close={() => setOpen(undefined)} cleared={() => { setOpen(undefined); shadow.again() }} />}
    </Sec>
  )
}

type RowProps = { r: RuleView; name: string; sentence: string; changed: (r: RuleView) => void; sums: ShadowSum[]; open: () => void }
function Row({ r, name, sentence, changed, sums, open }: RowProps) {
  const { t } = useTranslation('settings')
  const f = useFormat(), narrow = useNarrow()
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  const put = (state: RuleView['state']) => run(async () => {
    changed(await ly.rule.patch_rules_by_id(r.id, { state }, r.version))
    toast(t(`rules.now_${state}`, { name }))
  })
  return (
    <li className={r.state}>
      <div className="sp">
        <h3><Link to={`/settings/rules/${r.id}`}>{name}</Link><span className="mono i3">{r.key}</span>{r.origin !== 'playbook' && <span className="chip">{t(`rules.origin_${r.origin}`, { defaultValue: r.origin })}</span>}{r.edited && <span className="chip lamp">{t('rules.edited')}</span>}</h3>
        <p className="sentence">{sentence}</p>
        <p className="t12 i3 num">{rich(t('rules.fired', { n: r.fired, shown: f.full(r.fired) }), {})}{r.failed > 0 && <span className="bad"> · {t('rules.failed', { n: r.failed })}</span>}</p>
        {sums.length > 0 && <p className="t13"><button type="button" className="lnk" onClick={open}>{t('rules.would', { what: wouldText(sums, t as TFunction, f) })}</button></p>}
      </div>
      <Segmented size={narrow ? 'large' : 'small'} disabled={busy || !may('rule.write')} value={r.state} aria-label={t('rules.state', { name })} onChange={v => void put(v)} options={STATES.map(s => ({ value: s, label: t(`rules.${s}`), title: t(`rules.${s}_what`) }))} />
    </li>
  )
}

/** What it would have done: each kind of effect with how often, points in all. */
function wouldText(sums: ShadowSum[], t: TFunction, f: Formatter): string {
  const kinds = new Map<string, { n: number; amount: number }>()
  for (const s of sums) {
    if (s.outcome !== 'done') continue
    const k = kinds.get(s.kind) ?? { n: 0, amount: 0 }
    kinds.set(s.kind, { n: k.n + s.n, amount: k.amount + s.amount })
  }
  const parts = [...kinds].map(([kind, k]) => t('settings:rules.would_kind', { kind: t(`settings:rules.effect.${kind}`, { defaultValue: kind }), n: f.full(k.n) }) + (k.amount ? t('settings:rules.would_points', { n: f.full(k.amount) }) : ''))
  const held = sums.filter(s => s.outcome !== 'done').reduce((n, s) => n + s.n, 0)
  if (held) parts.push(t('settings:rules.would_held', { n: held }))
  return parts.join(t('settings:rules.and'))
}

function Trial({ r, close, cleared }: { r: RuleView; close: () => void; cleared: () => void }) {
  const { t, i18n } = useTranslation('settings')
  const f = useFormat(), tagName = useTagName(), nameOf = usePersonName()
  const { may } = useSession()
  const read = useRead(`shadow ${r.id}`, signal => ly.rule.get_shadow({ rule: r.id, limit: 100 }, { signal }))
  const names = useNames((read.data?.items ?? []).map(x => x.person))
  const { busy, run } = useDeed(true)
  const clear = () => run(async () => { await ly.rule.delete_rules_by_id_shadow(r.id); cleared() })
  return (
    <Drawer open onClose={close} size={480} styles={{ wrapper: { maxWidth: '100vw' } }} title={i18n.language === 'zh' ? r.name_zh : r.name_en} mask={false} closable={{ 'aria-label': t('common:close') }} extra={may('rule.write') && <button type="button" className="btn sm" disabled={busy} onClick={() => void clear()}>{t('rules.trial_clear')}</button>}>
      <p className="t13 i2">{t('rules.trial_note')}</p>
      <Part read={read} skeleton={<Lines n={8} height={28} />}>
        {d => <ul className="rowed">{d.items.map(x => (
          <li key={x.id}><span className="sp">{ringText({ kind: x.kind, outcome: x.outcome, what: x.what, amount: x.amount, due: x.due }, t as TFunction, f, tagName)}{x.why && <span className="t12 i3"> · {t(`common:ring.${x.outcome}`)}</span>}{x.by !== r.key && <span className="mono t12 i3"> {x.by}</span>}</span>
            {x.person > 0 && <Link to={`/people/${x.person}`}>{nameOf({ id: x.person, ...names.get(x.person) })}</Link>}<span className="t12 i3 num">{f.when(x.at)}</span></li>
        ))}</ul>}
      </Part>
    </Drawer>
  )
}
