/* An event and its rings: effects hang under their cause as small circles. */
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import type { Ring } from '../api/types'
import { useTagName } from '../api/tag_names'
import { useFormat, type Formatter } from '../text/format'

/** What users said, gave, started or are owed is warm; a page view or a charge is not. */
const WARM = /^(referral|post|comment|vote|proposal|review|feedback|survey|ticket|question|community|circle|event_hosted|friend)\b/
export const isWarm = (kind: string) => WARM.test(kind)

const KINDS = ['stage', 'tag', 'untag', 'trait', 'points', 'task', 'task_done', 'task_cancel', 'opportunity', 'consent', 'rule', 'timer']

/** What a consent is for, in the reader's words; a named company stands behind it. */
function purposeText(purpose: string, t: TFunction): string {
  const [key, company] = purpose.split(':')
  return [t(`common:purpose.${key}`, { defaultValue: key }), company].filter(Boolean).join(' ')
}

export function ringText(r: Ring, t: TFunction, f: Formatter, tag: (name: string) => string): string {
  const what = r.kind === 'stage' ? t(`common:stage.${r.what}`, { defaultValue: r.what ?? '' })
    : r.kind === 'tag' || r.kind === 'untag' ? tag(r.what ?? '') : r.kind === 'consent' ? purposeText(r.what ?? '', t)
    : r.kind === 'task' && r.due ? t('common:ring.due', { what: r.what ?? '', when: f.when(r.due) }) : r.what ?? ''
  if (r.kind === 'points' && !r.amount) return t('common:ring.no_points', { what })
  const amount = `${(r.amount ?? 0) < 0 ? '−' : '+'}${f.full(Math.abs(r.amount ?? 0))}`
  return t(KINDS.includes(r.kind) ? `common:ring.${r.kind}` : 'common:ring.other', { what, amount, kind: r.kind }).trim()
}
/** Why something was not done: "consent:call" names its purpose, the rest are words. */
function whyText(why: string | undefined, t: TFunction): string {
  const [code, ...of] = (why ?? '').split(':')
  return code ? t(`common:why.${code}`, { of: of.length && code === 'consent' ? purposeText(of.join(':'), t) : of.join(':'), defaultValue: why ?? '' }) : ''
}

type Line = { text: string; why: string; ring: Ring; n: number }
function lines(rings: Ring[], t: TFunction, f: Formatter, tag: (name: string) => string): Line[] {
  const out = new Map<string, Line>()
  for (const ring of rings) {
    const text = ringText(ring, t, f, tag), why = ring.outcome === 'done' ? '' : [t(`common:ring.${ring.outcome}`), whyText(ring.why, t)].filter(Boolean).join(' · ')
    const same = out.get(text + why)
    if (same) same.n++
    else out.set(text + why, { text, why, ring, n: 1 })
  }
  return [...out.values()]
}

/** brief: what was done and what failed; what was held back is only counted, its reasons on rest. */
export function Rings({ rings, brief }: { rings?: Ring[]; brief?: boolean }) {
  const { t } = useTranslation('common')
  const f = useFormat(), tag = useTagName()
  if (!rings?.length) return null
  const all = lines(rings, t as TFunction, f, tag)
  const held = brief ? all.filter(l => l.ring.outcome === 'suppressed') : []
  return (
    <ul className="fx">
      {all.filter(l => !held.includes(l)).map(l => (
        <li key={l.text + l.why} className={`${l.ring.outcome}${l.ring.kind === 'points' ? ' l' : ''}`} title={l.ring.rule}>{l.text}{l.n > 1 && <span className="num">×{l.n}</span>}{l.why && <span className="why">{l.why}</span>}</li>
      ))}
      {held.length > 0 && <li className="suppressed" title={held.map(l => `${l.text} ${l.why}`).join('\n')}>{t('ring.held', { n: held.reduce((n, l) => n + l.n, 0) })}</li>}
    </ul>
  )
}
/** The declared name of a kind in the reader's language, else the kind itself. */
export const useEventName = () => {
  const { i18n } = useTranslation('common')
  return (e: { kind: string; name_zh?: string; name_en?: string }) => (i18n.language === 'zh' ? e.name_zh : e.name_en) || e.kind
}
