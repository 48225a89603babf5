/* A tag is known by its Chinese name everywhere; who reads English is shown what the library calls it, read once. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ly } from './http'

const PAGES = 5                                       // of 100: as many as the library's own page shows
let library: Promise<Map<string, string>> | undefined

async function load() {
  const names = new Map<string, string>()
  for (let i = 0, cursor: string | undefined; i < PAGES; i++) {
    const page = await ly.record.get_tags({ limit: 100, cursor })
    page.items.forEach(x => names.set(x.name, x.en))
    if (!(cursor = page.next)) break
  }
  return names
}
/** After the library was changed. */
export function forgetTagNames() { library = undefined }

export function useTagName(): (tag: string) => string {
  const { i18n } = useTranslation('common')
  const english = i18n.language !== 'zh'
  const [names, set] = useState<Map<string, string>>()
  useEffect(() => {
    if (!english) return
    let gone = false
    library ??= load()
    library.then(m => { if (!gone) set(m) }, () => { library = undefined })
    return () => { gone = true }
  }, [english])
  return tag => (english ? names?.get(tag) ?? tag : tag)
}
