/* Tiers: ladders with who stands where and why, who moved, and their editor. */
import { useState } from 'react'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { TierView } from '../../api/client'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Empty, N, Sec } from '../../ui'
import { Lines, Part, Rows } from '../../ui/states'
import { forgetTierNames } from '../../api/tier_names'
import { TierForm } from './tier_form'

export function Tiers() {
  const { t } = useTranslation('segments')
  const { may } = useSession()
  const read = useRead('tiers', signal => ly.tier.get_tiers({ signal }), 15_000)
  const [form, setForm] = useState<TierView | 'new'>()
  if (form) return <TierForm ladder={form === 'new' ? undefined : form} done={changed => { setForm(undefined); if (changed) { forgetTierNames(); read.again() } }} />
  return (
    <>
      <div className="row wrap sg-bar"><p className="t13 i2 sp">{t('tiers.note')}</p>
        {may('rule.write') && <button type="button" className="btn" onClick={() => setForm('new')}><Plus size={14} strokeWidth={2} aria-hidden />{t('tiers.add')}</button>}</div>
      <Part read={read} skeleton={<Rows n={8} />}>
        {d => (d.items.length === 0 ? <Empty title={t('tiers.none')} /> : <div className="tr-ls">{d.items.map(x => <Ladder key={x.key} x={x} edit={may('rule.write') ? () => setForm(x) : undefined} />)}</div>)}
      </Part>
    </>
  )
}

function Ladder({ x, edit }: { x: TierView; edit?: () => void }) {
  const { t, i18n } = useTranslation('segments')
  const f = useFormat(), zh = i18n.language === 'zh'
  const [old, setOld] = useState(false)
  const most = Math.max(1, ...x.levels.map(l => l.people)), who = zh ? x.who_zh : x.who_en
  return (
    <Sec title={zh ? x.zh : x.en} note={x.off ? t('tiers.off') : who ? t('tiers.who', { who }) : t('tiers.everybody')}
      act={<><button type="button" className="lnk" aria-expanded={old} onClick={() => setOld(!old)}>{t('tiers.version', { n: x.version })}</button>{edit && <button type="button" className="lnk" onClick={edit}>{t('tiers.edit')}</button>}</>}>
      {x.progress != null && <p className="t13 i2 row tr-pr" role="status"><progress max={1} value={x.progress} aria-label={t('tiers.running_name')} />{t('tiers.running', { share: f.percent(x.progress, 1), moved: f.full(x.moved) })}</p>}
      <table className="tb tr-t" aria-label={zh ? x.zh : x.en}>
        <thead><tr><th scope="col">{t('tiers.col.level')}</th><th scope="col" className="wide">{t('tiers.col.rule')}</th><td className="wide" /><th scope="col" className="r">{t('tags.col.people')}</th></tr></thead>
        <tbody>{x.levels.map(l => (
          <tr key={l.key}><td><span className="row"><b className="chip water">{l.key}</b>{zh ? l.zh : l.en}</span><small className="tr-c">{(zh ? l.sentence_zh : l.sentence_en) || t('tiers.rest')}<Means l={l} /></small></td>
            <td className="wide i2">{(zh ? l.sentence_zh : l.sentence_en) || t('tiers.rest')}<Means l={l} /></td>
            <td className="wide"><span className="sg-b" aria-hidden><i style={{ width: `${Math.sqrt(l.people / most) * 100}%` }} /></span></td>
            <td className="r num"><N v={l.people} exact quiet to={l.people ? `/people?tier=${encodeURIComponent(`${x.key}:${l.key}`)}` : undefined} /></td></tr>
        ))}</tbody>
      </table>
      <Moves x={x} />
      {old && <Versions x={x} />}
    </Sec>
  )
}

/** What a level is given: rights, invitations, a reminder. */
function Means({ l }: { l: TierView['levels'][number] }) {
  const { t, i18n } = useTranslation('segments')
  const words = [...(l.rights ?? []).map(r => (i18n.language === 'zh' ? r.zh : r.en)), ...(l.invites != null ? [t('tiers.m.invites', { n: l.invites })] : []), ...(l.touch_days != null ? [t('tiers.m.touch', { n: l.touch_days })] : [])]
  return words.length === 0 ? null : <small className="tr-w">{words.join(' · ')}</small>
}

/** Who stands elsewhere than four weeks ago. */
function Moves({ x }: { x: TierView }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const read = useRead(`moves${x.key}${x.version}`, signal => ly.tier.get_tiers_moves({ ladder: x.key, days: 28 }, { signal }))
  if (!read.data) return null
  const cells = [...read.data.cells].sort((a, b) => b.people - a.people).slice(0, 8)
  if (cells.length === 0) return <p className="t12 i3">{t('tiers.still')}</p>
  const level = (k: string) => k || t('tiers.nowhere')
  return <p className="row wrap t13 i2 tr-mv"><span className="i3">{t('tiers.moves')}</span>{cells.map(c => <span key={`${c.from}>${c.to}`} className="chip line num">{level(c.from)} → {level(c.to)} · {f.full(c.people)}</span>)}</p>
}

function Versions({ x }: { x: TierView }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const read = useRead(`versions${x.key}${x.version}`, signal => ly.tier.get_tiers_by_ladder_versions(x.key, { signal }))
  return (
    <Part read={read} skeleton={<Lines n={3} />}>
      {d => <ol className="rowed tr-v">{d.items.map(v => <li key={v.version}><b className="num">{t('tiers.version', { n: v.version })}</b><span className="sp">{v.staff ? v.reason : t('tiers.playbook')}</span><span className="i3 t12">{f.exact(v.at)}</span></li>)}</ol>}
    </Part>
  )
}
