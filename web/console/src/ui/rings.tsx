/* An event and its rings: effects hang under their cause as small circles. */
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import type { Ring } from '../api/types'
import { useFormat, type Formatter } from '../text/format'

/** What users said, gave, started or are owed is warm; a page view or a charge is not. */
const WARM = /^(referral|post|comment|vote|proposal|review|feedback|survey|ticket|question|community|circle|event_hosted|friend)\b/
export const isWarm = (kind: string) => WARM.test(kind)

export function ringText(r: Ring, t: TFunction, f: Formatter): string {
  const known = ['stage', 'tag', 'untag', 'trait', 'points', 'task', 'task_done', 'opportunity', 'consent', 'message'].includes(r.kind)
  const what = r.kind === 'stage' ? t(`common:stage.${r.what}`, { defaultValue: r.what ?? '' })
    : r.kind === 'task' && r.due ? t('common:ring.due', { what: r.what ?? '', when: f.when(r.due) }) : r.what ?? ''
  const amount = `${(r.amount ?? 0) < 0 ? '−' : '+'}${f.full(Math.abs(r.amount ?? 0))}`
  return t(known ? `common:ring.${r.kind}` : 'common:ring.other', { what, amount, kind: r.kind })
}

export function Rings({ rings }: { rings?: Ring[] }) {
  const { t } = useTranslation('common')
  const f = useFormat()
  if (!rings?.length) return null
  return (
    <ul className="fx">
      {rings.map((r, i) => (
        <li key={i} className={`${r.outcome}${r.kind === 'points' ? ' l' : ''}`} title={r.rule}>
          {ringText(r, t as TFunction, f)}
          {r.outcome !== 'done' && <span className="why">{t(`ring.${r.outcome}`)}{r.why ? ` · ${r.why}` : ''}</span>}
        </li>
      ))}
    </ul>
  )
}
/** The declared name of a kind in the reader's language, else the kind itself. */
export const useEventName = () => {
  const { i18n } = useTranslation('common')
  return (e: { kind: string; name_zh?: string; name_en?: string }) => (i18n.language === 'zh' ? e.name_zh : e.name_en) || e.kind
}
