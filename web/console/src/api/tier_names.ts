/* What the levels of ladders are called: "prospect:A" → ladder and level in the reader's language. Read once. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ly } from './http'
import type { TierView } from './client'

let ladders: Promise<TierView[]> | undefined
const load = () => ly.tier.get_tiers().then(d => d.items)
/** After a ladder was changed. */
export function forgetTierNames() { ladders = undefined }

export function useTiers(): { ladders: TierView[]; name: (tier: string) => { ladder: string; level: string; key: string } } {
  const { i18n } = useTranslation('common')
  const zh = i18n.language === 'zh'
  const [list, set] = useState<TierView[]>([])
  useEffect(() => {
    let gone = false
    ladders ??= load()
    ladders.then(m => { if (!gone) set(m) }, () => { ladders = undefined })
    return () => { gone = true }
  }, [])
  return {
    ladders: list,
    name: tier => {
      const [k, key] = tier.split(':'), x = list.find(y => y.key === k), l = x?.levels.find(y => y.key === key)
      return { ladder: x ? (zh ? x.zh : x.en) : k, level: l ? (zh ? l.zh : l.en) : key, key }
    },
  }
}
