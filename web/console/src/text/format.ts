/* Numbers, durations and times as UI §8 says. Words come from common.json; here only shape and order. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import type { Lang } from '../theme/css'

export const ZONE = 'Asia/Shanghai'
const DAY = 86_400_000
const MINUTE = 60_000

export const full = (n: number) => (n < 0 ? '−' : '') + Math.abs(n).toLocaleString('en-US')

/** Up to 99,999 written out; above: 万 and 亿, or K, M and B, three significant figures. */
export function short(n: number, lang: Lang): string {
  const sig = (x: number) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2)).replace(/\.?0+$/, m => (m.startsWith('.') ? '' : m))
  if (n < 100_000) return full(n)
  const steps: [number, string][] = lang === 'zh' ? [[1e8, '\u202f亿'], [1e4, '\u202f万']] : [[1e9, 'B'], [1e6, 'M'], [1e3, 'K']]
  const [unit, word] = steps.find(s => n >= s[0]) ?? steps[steps.length - 1]
  return sig(n / unit) + word
}

export const percent = (part: number, whole: number) => (whole ? `${((part / whole) * 100).toFixed(1)}%` : '–')

/** Calendar parts in the brand's zone. */
function civil(ms: number) {
  const p = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(ms)
  const of = (t: string) => p.find(x => x.type === t)?.value ?? ''
  return { y: of('year'), m: of('month'), d: of('day'), clock: `${of('hour')}:${of('minute')}`, s: of('second'), day: `${of('year')}-${of('month')}-${of('day')}` }
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
function date(c: ReturnType<typeof civil>, thisYear: string, lang: Lang) {
  if (lang === 'zh') return c.y === thisYear ? `${c.m}-${c.d}` : `${c.y.slice(2)}-${c.m}-${c.d}`
  return `${Number(c.d)} ${MONTHS[Number(c.m) - 1]}${c.y === thisYear ? '' : ` ${c.y}`}`
}

export function formatter(t: TFunction, lang: Lang) {
  const parts = (ms: number) => {
    const min = Math.max(0, Math.round(Math.abs(ms) / MINUTE)), d = Math.floor(min / 1440), h = Math.floor((min % 1440) / 60)
    return { d, h, m: min % 60 }
  }
  return {
    lang, full, percent,
    /** Below thirty a percentage says more than is known. */
    share: (part: number, whole: number) => (whole > 0 && whole < 30 ? `${full(part)} / ${full(whole)}` : percent(part, whole)),
    short: (n: number) => short(n, lang),
    /** A span in two units at most, always named: 2:14 could be minutes. */
    span(ms: number) {
      const { d, h, m } = parts(ms)
      if (d) return h ? t('common:span.dh', { d, h }) : t('common:span.d', { d })
      if (h) return m ? t('common:span.hm', { h, m }) : t('common:span.h', { h })
      return t('common:span.m', { m })
    },
    /** Median stays: one figure. */
    stay(ms: number) {
      if (ms >= DAY) return t('common:span.days', { n: (ms / DAY).toFixed(ms < 30 * DAY ? 1 : 0) })
      return this.span(ms)
    },
    /** Today 09:41, yesterday, 11-19, 25-08-03. Relative only under one hour. */
    when(iso: string, now = Date.now()) {
      const ms = Date.parse(iso), ago = now - ms, c = civil(ms), n = civil(now)
      if (ago >= 0 && ago < MINUTE) return t('common:when.now')
      if (ago >= 0 && ago < 60 * MINUTE) return t('common:when.minutes', { n: Math.floor(ago / MINUTE) })
      if (c.day === n.day) return t('common:when.today', { clock: c.clock })
      if (c.day === civil(now - DAY).day) return t('common:when.yesterday', { clock: c.clock })
      return date(c, n.y, lang)
    },
    clock: (iso: string) => civil(Date.parse(iso)).clock,
    clockS(iso: string | number) { const c = civil(typeof iso === 'number' ? iso : Date.parse(iso)); return `${c.clock}:${c.s}` },
    date: (iso: string, now = Date.now()) => date(civil(Date.parse(iso)), civil(now).y, lang),
    day: (iso: string) => civil(Date.parse(iso)).day,
    /** Heading of a day in a timeline. */
    dayName(iso: string, now = Date.now()) {
      const c = civil(Date.parse(iso)), n = civil(now)
      if (c.day === n.day) return t('common:when.day_today')
      if (c.day === civil(now - DAY).day) return t('common:when.day_yesterday')
      return date(c, n.y, lang)
    },
    /** Whole, for titles. */
    exact(iso: string) { const c = civil(Date.parse(iso)); return `${c.day} ${c.clock}:${c.s}` },
  }
}
export type Formatter = ReturnType<typeof formatter>

export function useFormat(): Formatter {
  const { t, i18n } = useTranslation('common')
  const lang = i18n.language as Lang
  return useMemo(() => formatter(t as TFunction, lang), [t, lang])
}
