import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import type { TagUse } from '../../api/types'
import { Sec } from '../../ui'
import { toast } from '../../ui/toast'

type Class = 'audience' | 'behaviour' | 'fact'
const EMPTY = { name: '', en: '', class: 'behaviour' as Class, family: '', family_en: '', level: '1', owner: '', owner_en: '', days: '', words: '', words_en: '', note: '', note_en: '' }
type Values = typeof EMPTY

/** A tag of the library: a new one, or what may change about one. Its name is for life. */
export function TagForm({ tag, done }: { tag?: TagUse; done: (changed: boolean) => void }) {
  const { t, i18n } = useTranslation('segments')
  const title = tag ? t('tags.edit_title', { tag: i18n.language === 'zh' ? tag.tag : tag.en ?? tag.tag }) : t('tags.add')
  const [v, set] = useState<Values>(tag ? { name: tag.tag, en: tag.en ?? '', class: (tag.class as Class) ?? 'behaviour', family: tag.family ?? '', family_en: tag.family_en ?? '', level: String(tag.level ?? 1), owner: tag.owner ?? '', owner_en: tag.owner_en ?? '', days: tag.days ? String(tag.days) : '', words: tag.words ?? '', words_en: tag.words_en ?? '', note: tag.note ?? '', note_en: tag.note_en ?? '' } : EMPTY)
  const { busy, problem, run } = useDeed()
  const whole = [v.name, v.en, v.family, v.owner].every(x => x.trim()) && Number(v.level) >= 1
  async function send() {
    const rest = { en: v.en.trim(), family: v.family.trim(), level: Number(v.level), owner: v.owner.trim() }
    // Taken away when emptied; a new tag simply has none.
    const may = { family_en: v.family_en.trim() || null, owner_en: v.owner_en.trim() || null, days: v.days ? Number(v.days) : null, words: v.words.trim() || null, words_en: v.words_en.trim() || null, note: v.note.trim() || null, note_en: v.note_en.trim() || null }
    await run(async () => {
      if (tag?.id) {
        const now = await ly.record.get_tags_by_id(tag.id)
        await ly.record.patch_tags_by_id(tag.id, { ...rest, ...may }, now.version)
      } else await ly.record.post_tags({ name: v.name.trim(), class: v.class, sensitive: false, ...rest, ...Object.fromEntries(Object.entries(may).filter(([, x]) => x !== null)) })
      toast(t('tags.saved', { tag: v.name.trim() }))
      done(true)
    })
  }
  const text = (key: keyof Values, label: string, more: React.InputHTMLAttributes<HTMLInputElement> = {}) => (
    <div><label htmlFor={`tf-${key}`}>{label}</label>
      <input className="in" id={`tf-${key}`} value={v[key]} autoComplete="off" aria-invalid={problem?.field === key} onChange={e => set({ ...v, [key]: e.target.value })} {...more} />
      {problem?.field === key && <p className="bad t12" role="alert">{problem.message}</p>}</div>
  )
  return (
    <aside className="sg-d" aria-label={title}>
      <Sec title={title} act={<button type="button" className="lnk" onClick={() => done(false)}>{t('close')}</button>}>
        <form className="sg-f" onSubmit={e => { e.preventDefault(); if (whole) void send() }}>
          {!tag && text('name', t('tags.col.tag'), { maxLength: 60, autoFocus: true })}
          {text('en', t('tags.field.en'), { maxLength: 60 })}
          {!tag && (
            <div><label htmlFor="tf-class">{t('tags.col.class')}</label>
              <select className="in" id="tf-class" value={v.class} onChange={e => set({ ...v, class: e.target.value as Class })}>{(['audience', 'behaviour', 'fact'] as const).map(k => <option key={k} value={k}>{t(`tags.kind.${k}`)}</option>)}</select>
              <small className="i3">{t('tags.field.class_help')}</small></div>
          )}
          {text('family', t('tags.field.family'), { maxLength: 40 })}
          {text('family_en', t('tags.field.family_en'), { maxLength: 40 })}
          {text('level', t('tags.field.level'), { type: 'number', min: 1, max: 9, step: 1 })}
          {text('owner', t('tags.col.owner'), { maxLength: 40 })}
          {text('owner_en', t('tags.field.owner_en'), { maxLength: 40 })}
          {text('days', t('tags.field.days'), { type: 'number', min: 1, max: 3650, step: 1 })}
          {text('words', t('tags.field.words'), { maxLength: 300, placeholder: t('tags.field.words_hint') })}
          {text('words_en', t('tags.field.words_en'), { maxLength: 300 })}
          {text('note', t('tags.field.note'), { maxLength: 300 })}
          {text('note_en', t('tags.field.note_en'), { maxLength: 300 })}
          {problem && !problem.field && <p className="bad t13" role="alert">{problem.message}</p>}
          <div className="row"><button type="submit" className="btn primary" disabled={busy || !whole}>{t('tags.save')}</button></div>
        </form>
      </Sec>
    </aside>
  )
}
