/* Filters read as words: 「阶段 是 留资 ✕」. They live in the address. */
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { Dropdown, Input } from 'antd'
import { Filter, Search, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ly } from '../../api/http'
import { patience } from '../../api/find'
import { useTagName } from '../../api/tag_names'
import { useTiers } from '../../api/tier_names'
import { BANDS, STAGES } from '../../api/types'

const FIELDS = ['stage', 'band', 'tier', 'tag', 'q'] as const
export type Field = (typeof FIELDS)[number]
/** What the address says is sent as it is; the server refuses what it does not know. */
type PeopleQuery = Pick<NonNullable<Parameters<typeof ly.people.get_people>[0]>, Field>
export type Filtering = ReturnType<typeof useFilters>

export function useFilters() {
  const [params, setParams] = useSearchParams()
  const conditions = FIELDS.flatMap(key => { const value = params.get(key); return value ? [{ key, value }] : [] })
  return {
    conditions, any: conditions.length > 0,
    query: Object.fromEntries(conditions.map(c => [c.key, c.value])) as PeopleQuery,
    put: (key: Field, value?: string) => setParams(p => {
      const q = new URLSearchParams(p)
      if (value) q.set(key, value); else q.delete(key)
      q.delete('peek')
      return q
    }),
  }
}

export function Filters({ filters }: { filters: Filtering }) {
  const { t } = useTranslation('people')
  const { query, put } = filters
  const tagName = useTagName(), tiers = useTiers(), zh = useTranslation('people').i18n.language === 'zh'
  const [tagging, setTagging] = useState(false)
  const options = (key: 'stage' | 'band') => (key === 'stage' ? ['visitor', ...STAGES] : BANDS).map(v => ({ key: `${key}:${v}`, label: t(`common:${key}.${v}`) }))
  const choose = ({ key }: { key: string }) => {
    if (key === 'tag') return setTagging(true)
    const [field, ...value] = key.split(':')
    put(field as Field, value.join(':'))
  }
  const levels = tiers.ladders.flatMap(x => x.levels.map(l => ({ key: `tier:${x.key}:${l.key}`, label: `${zh ? x.zh : x.en} · ${l.key} ${zh ? l.zh : l.en}` })))
  const tierWords = (v: string) => { const n = tiers.name(v); return `${n.ladder} · ${n.key}${n.level === n.key ? '' : ` ${n.level}`}` }
  const menu = [
    { key: 'm-stage', label: t('field.stage'), children: options('stage') },
    { key: 'm-band', label: t('field.band'), children: options('band') },
    ...(tiers.ladders.length ? [{ key: 'm-tier', label: t('field.tier'), children: levels }] : []),
    { key: 'tag', label: t('field.tag') },
  ]
  return (
    <div className="flt" role="search">
      <Find value={query.q ?? ''} put={v => put('q', v)} />
      {(['stage', 'band'] as const).map(key => query[key] && (
        <Cond key={key} name={t(`field.${key}`)} drop={() => put(key)}>
          <Dropdown trigger={['click']} menu={{ items: options(key), onClick: choose, selectable: true, selectedKeys: [`${key}:${query[key]}`] }}><button type="button" className="val">{t(`common:${key}.${query[key]}`)}</button></Dropdown>
        </Cond>
      ))}
      {query.tier && <Cond name={t('field.tier')} drop={() => put('tier')}><Dropdown trigger={['click']} menu={{ items: levels, onClick: choose, selectable: true, selectedKeys: [`tier:${query.tier}`] }}><button type="button" className="val">{tierWords(query.tier)}</button></Dropdown></Cond>}
      {query.tag && <Cond name={t('field.tag')} drop={() => put('tag')}><button type="button" className="val" onClick={() => setTagging(true)}>{tagName(query.tag)}</button></Cond>}
      {tagging && <TagField value={query.tag ?? ''} done={v => { setTagging(false); if (v !== undefined) put('tag', v) }} />}
      <Dropdown trigger={['click']} menu={{ items: menu, onClick: choose }}><button type="button" className="qb"><Filter size={14} strokeWidth={1.7} aria-hidden />{t('add')}</button></Dropdown>
    </div>
  )
}

function Cond({ name, drop, children }: { name: string; drop: () => void; children: React.ReactNode }) {
  const { t } = useTranslation('people')
  return <span className="cond"><span>{name}</span><i>{t('is')}</i>{children}<button type="button" className="x" aria-label={t('drop', { name })} onClick={drop}><X size={13} aria-hidden /></button></span>
}

/** Whole phone, last four digits, part of a name, or an id: asked when the typing rests. */
function Find({ value, put }: { value: string; put: (v?: string) => void }) {
  const { t } = useTranslation('people')
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    const q = text.trim()
    const wait = q ? patience(q) : 300
    if (q === value || !wait) return
    const timer = setTimeout(() => put(q || undefined), wait)
    return () => clearTimeout(timer)
  }, [text, value])      // eslint-disable-line
  return (
    <Input id="people-q" className="fl-in" allowClear value={text} onChange={e => setText(e.target.value)} maxLength={60} aria-label={t('find')}
      prefix={<Search size={15} strokeWidth={1.6} aria-hidden />} placeholder={t('find')} />
  )
}
function TagField({ value, done }: { value: string; done: (v?: string) => void }) {
  const { t } = useTranslation('people')
  const [text, setText] = useState(value)
  return <Input autoFocus size="small" className="tag-in" maxLength={60} aria-label={t('field.tag')} placeholder={t('tag_hint')} value={text} onChange={e => setText(e.target.value)}
    onPressEnter={() => done(text.trim())} onBlur={() => done(text.trim() || undefined)} onKeyDown={e => { if (e.key === 'Escape') done() }} />
}
