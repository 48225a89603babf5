/* The library: what each tag means, how many have it, and how old that is. */
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { forgetTagNames } from '../../api/tag_names'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { TagCoverage, TagUse } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, N, Sec } from '../../ui'
import { Seg } from '../../ui/pop'
import { Part, Rows } from '../../ui/states'
import { People } from './people'
import { TagForm } from './tag_form'

const KINDS = ['all', 'audience', 'behaviour', 'fact', 'unlisted'] as const
type Kind = (typeof KINDS)[number]

export function Tags() {
  const { t } = useTranslation('segments')
  const { may } = useSession()
  const read = useRead('tags', signal => ly.profile.get_tags_coverage({ signal }), 60_000)
  const [params, setParams] = useSearchParams()
  const [form, setForm] = useState<TagUse | 'new'>()
  const put = (k: string, v?: string) => setParams(p => { const q = new URLSearchParams(p); if (v) q.set(k, v); else q.delete(k); return q }, { replace: true })
  const kind = (KINDS.find(k => k === params.get('class')) ?? 'all') as Kind
  const shown = (d: TagCoverage) => d.items.filter(x => (kind === 'all' ? true : kind === 'unlisted' ? !x.listed : x.class === kind))
  const open = read.data?.items.find(x => x.tag === params.get('tag'))
  return (
    <>
      <Part read={read} skeleton={<Rows n={8} />}>
        {d => (
          <>
            <Says d={d} />
            <div className="row wrap sg-bar">
              <Seg label={t('tags.class')} value={kind} onChange={v => put('class', v === 'all' ? undefined : v)} options={KINDS.map(k => ({ value: k, label: t(`tags.kind.${k}`) }))} />
              <span className="sp" />
              {may('record.write') && <button type="button" className="btn" onClick={() => setForm('new')}><Plus size={14} strokeWidth={2} aria-hidden />{t('tags.add')}</button>}
            </div>
            <div className={open || form ? 'sg-two' : undefined}>
              <Families rows={shown(d)} people={d.people} open={open?.tag} choose={x => put('tag', x === open?.tag ? undefined : x)} />
              {form ? <TagForm key={form === 'new' ? '' : form.tag} tag={form === 'new' ? undefined : form} done={changed => { setForm(undefined); if (changed) { forgetTagNames(); read.again() } }} />
                : open && <Detail key={open.tag} x={open} edit={may('record.write') && open.id ? () => setForm(open) : undefined} close={() => put('tag')} />}
            </div>
          </>
        )}
      </Part>
    </>
  )
}

function Says({ d }: { d: TagCoverage }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const listed = d.items.filter(x => x.listed).length
  const stale = d.items.filter(x => x.listed && x.people > 0 && x.stale * 2 > x.people).length
  return <p className="say">{rich(t('tags.says', { listed, unlisted: d.items.length - listed, stale, share: f.percent(d.tagged, d.people) }), { n: () => <N v={d.tagged} to="/people" />, b: s => <b className="m">{s}</b> })}</p>
}

/** Name, family and owner in the reader's language. */
function useLibraryNames() {
  const { i18n } = useTranslation('segments')
  const zh = i18n.language === 'zh'
  return { tag: (x: TagUse) => (zh ? x.tag : x.en ?? x.tag), other: (x: TagUse) => (zh ? x.en : x.en && x.tag), family: (x: TagUse) => (zh ? x.family : x.family_en ?? x.family), owner: (x: TagUse) => (zh ? x.owner : x.owner_en ?? x.owner) }
}

/** By class and family, as the library orders them. */
function Families({ rows, people, open, choose }: { rows: TagUse[]; people: number; open?: string; choose: (tag: string) => void }) {
  const { t } = useTranslation('segments')
  const names = useLibraryNames()
  if (rows.length === 0) return <Empty title={t('tags.none')} />
  const groups = new Map<string, TagUse[]>()
  for (const x of rows) { const k = x.listed ? `${x.class}/${x.family}` : 'unlisted'; groups.set(k, [...(groups.get(k) ?? []), x]) }
  return (
    <table className="tb sg-t" aria-label={t('tab.tags')}>
      <thead><tr><th scope="col">{t('tags.col.tag')}</th><th scope="col" className="wide">{t('tags.col.owner')}</th><th scope="col">{t('tags.col.days')}</th><th scope="col" className="r">{t('tags.col.people')}</th><th scope="col" className="wide">{t('tags.col.share')}</th><th scope="col" className="r">{t('tags.col.stale')}</th></tr></thead>
      {[...groups].map(([k, list]) => (
        <tbody key={k}>
          <tr className="fam"><th scope="rowgroup" colSpan={6}>{k === 'unlisted' ? t('tags.kind.unlisted') : <>{t(`tags.kind.${list[0].class}`)}{names.family(list[0]) !== t(`tags.kind.${list[0].class}`) && <span className="i3"> · {names.family(list[0])}</span>}</>}</th></tr>
          {list.map(x => <Row key={x.tag} x={x} people={people} on={open === x.tag} choose={() => choose(x.tag)} />)}
        </tbody>
      ))}
    </table>
  )
}

function Row({ x, people, on, choose }: { x: TagUse; people: number; on: boolean; choose: () => void }) {
  const { t } = useTranslation('segments')
  const f = useFormat(), names = useLibraryNames()
  const share = people ? Math.sqrt(x.people / people) : 0
  return (
    <tr className={on ? 'on' : ''}>
      <td><button type="button" className="chip" aria-expanded={on} onClick={choose}>{names.tag(x)}</button>{x.purpose && <span className="i3 t12"> · {t('tags.needs', { purpose: t(`purpose.${x.purpose}`, { defaultValue: x.purpose }) })}</span>}</td>
      <td className="wide i2">{names.owner(x) ?? '–'}</td>
      <td className="i2 num">{x.days ? t('tags.days', { n: x.days }) : x.listed ? t('tags.for_good') : '–'}</td>
      <td className="r num"><N v={x.people} exact to={x.people ? `/people?tag=${encodeURIComponent(x.tag)}` : undefined} quiet /></td>
      <td className="wide"><span className="sg-b" aria-hidden><i style={{ width: `${share * 100}%` }} /></span><span className="i3 num t12"> {f.percent(x.people, people)}</span></td>
      <td className={`r num ${x.people > 0 && x.stale * 2 > x.people ? 'warn' : 'i3'}`}>{x.people ? f.percent(x.stale, x.people) : '–'}</td>
    </tr>
  )
}

function Detail({ x, edit, close }: { x: TagUse; edit?: () => void; close: () => void }) {
  const { t, i18n } = useTranslation('segments'), zh = i18n.language === 'zh'
  const f = useFormat(), names = useLibraryNames()
  return (
    <aside className="sg-d" aria-label={names.tag(x)}>
      <Sec title={names.tag(x)} note={names.other(x)} act={<><button type="button" className="lnk" onClick={close}>{t('close')}</button>{edit && <button type="button" className="lnk" onClick={edit}>{t('tags.edit')}</button>}</>}>
        <dl className="kv">
          <div><dt>{t('tags.col.class')}</dt><dd>{x.class ? `${t(`tags.kind.${x.class}`)} · ${names.family(x)} · ${t('tags.level', { n: x.level })}` : t('tags.kind.unlisted')}</dd></div>
          {(zh ? x.note : x.note_en ?? x.note) && <div><dt>{t('tags.field.note')}</dt><dd>{zh ? x.note : x.note_en ?? x.note}</dd></div>}
          {(x.words || x.words_en) && <div><dt>{t('tags.field.words')}</dt><dd>{(zh ? [x.words, x.words_en] : [x.words_en, x.words]).filter(Boolean).join(' · ')}</dd></div>}
          {x.owner && <div><dt>{t('tags.col.owner')}</dt><dd>{names.owner(x)}</dd></div>}
          <div><dt>{t('tags.newest')}</dt><dd>{x.newest ? f.when(x.newest) : t('tags.never')}</dd></div>
          <div><dt>{t('tags.col.stale')}</dt><dd className="num">{f.full(x.stale)} / {f.full(x.people)}</dd></div>
        </dl>
      </Sec>
      <Sec title={t('tags.who')} act={x.people > 0 && <Link to={`/people?tag=${encodeURIComponent(x.tag)}`}>{t('all')}</Link>}>
        <People read={`tag${x.tag}`} load={signal => ly.people.get_people({ tag: x.tag, limit: 10 }, { signal })} />
      </Sec>
    </aside>
  )
}
