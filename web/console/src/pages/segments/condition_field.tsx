/* A condition as rows: which kind, what of it, and groups of rows of which all or any must hold. */
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../api/read'
import { ly } from '../../api/http'
import { STAGES } from '../../api/types'
import { CLASSES, OPS, VALUES, fresh, type Axis, type Kind, type Node } from './condition'

const SIMPLE: Kind[] = ['stage', 'tag', 'class', 'value', 'trait', 'consent']
const DEPTH = 3
type Props = { node: Node; put: (n: Node) => void; drop?: () => void; depth?: number; label: string }

export function ConditionField({ node, put, drop, depth = 0, label }: Props) {
  const { t } = useTranslation('segments')
  const not = node.k === 'not', inner = not ? node.item : node
  const wrap = (n: Node) => put(not ? { k: 'not', item: n } : n)
  const kinds = [...SIMPLE, ...(depth < DEPTH ? (['all', 'any'] as Kind[]) : []), 'json' as Kind]
  const group = inner.k === 'all' || inner.k === 'any'
  return (
    <div className={group ? 'cd-g' : 'cd'} role="group" aria-label={label}>
      <div className="cd-h">
        <select className="in" aria-label={t('cond.kind')} value={inner.k} onChange={e => wrap(change(inner, e.target.value as Kind))}>{kinds.map(k => <option key={k} value={k}>{t(`cond.k.${k}`)}</option>)}</select>
        <label className="row t12 i2"><input type="checkbox" checked={not} onChange={e => put(e.target.checked ? { k: 'not', item: inner } : inner)} />{t('cond.not')}</label>
        {!group && <One node={inner} put={wrap} />}
        {drop && <button type="button" className="ib xs" aria-label={t('cond.drop')} onClick={drop}><X size={13} strokeWidth={2} aria-hidden /></button>}
      </div>
      {group && (
        <>
          {inner.items.map((x, i) => (
            <ConditionField key={i} node={x} depth={depth + 1} label={t('cond.nth', { n: i + 1 })} put={n => wrap({ ...inner, items: inner.items.map((y, j) => (j === i ? n : y)) })}
              drop={inner.items.length > 1 ? () => wrap({ ...inner, items: inner.items.filter((_, j) => j !== i) }) : undefined} />
          ))}
          <button type="button" className="lnk cd-a" onClick={() => wrap({ ...inner, items: [...inner.items, fresh('tag')] })}><Plus size={13} strokeWidth={2} aria-hidden />{t('cond.more')}</button>
        </>
      )}
    </div>
  )
}

/** A group takes in what was there; a group of one becomes what it held. */
function change(old: Node, k: Kind): Node {
  if (k === 'all' || k === 'any') return old.k === 'all' || old.k === 'any' ? { k, items: old.items } : { k, items: [old, fresh('tag')] }
  return fresh(k)
}

function One({ node, put }: { node: Node; put: (n: Node) => void }) {
  const { t, i18n } = useTranslation('segments')
  switch (node.k) {
    case 'stage': return (
      <>
        <Pick label={t('cond.from')} value={node.from} all={[...STAGES]} name={s => t(`common:stage.${s}`)} none={t('cond.first')} put={from => put({ ...node, from })} />
        <span className="i3">–</span>
        <Pick label={t('cond.to')} value={node.to} all={[...STAGES]} name={s => t(`common:stage.${s}`)} none={t('cond.last')} put={to => put({ ...node, to })} />
      </>
    )
    case 'tag': return <TagPick tag={node.tag} put={tag => put({ ...node, tag })} />
    case 'consent': return <ConsentPick purpose={node.purpose} zh={i18n.language === 'zh'} put={purpose => put({ ...node, purpose })} />
    case 'class': return (
      <>
        <Pick label={t('cond.axis')} value={node.axis} all={Object.keys(CLASSES)} name={a => t(`axis.${a}`)} put={a => put({ k: 'class', axis: a as Axis, classes: [CLASSES[a as Axis][0]] })} />
        <span className="cd-o">{CLASSES[node.axis].map(c => (
          <label key={c} className="row t12"><input type="checkbox" checked={node.classes.includes(c)} disabled={node.classes.length === 1 && node.classes[0] === c}
            onChange={e => put({ ...node, classes: e.target.checked ? [...node.classes, c] : node.classes.filter(x => x !== c) })} />{t(`class.${c}`)}</label>
        ))}</span>
      </>
    )
    case 'value': return (
      <>
        <Pick label={t('cond.value')} value={node.name} all={[...VALUES]} name={v => t(`cond.v.${v}`)} put={name => put({ ...node, name })} />
        <Pick label={t('cond.op')} value={node.op} all={[...OPS]} name={o => t(`cond.o.${o}`)} put={op => put({ ...node, op })} />
        <input className="in n" type="number" aria-label={t('cond.number')} value={node.value} onChange={e => put({ ...node, value: e.target.value })} />
      </>
    )
    case 'trait': return (
      <>
        <input className="in" aria-label={t('cond.trait')} placeholder={t('cond.trait')} maxLength={200} value={node.name} onChange={e => put({ ...node, name: e.target.value })} />
        <Pick label={t('cond.op')} value={node.op} all={[...OPS]} name={o => t(`cond.o.${o}`)} put={op => put({ ...node, op })} />
        <input className="in" aria-label={t('cond.number')} maxLength={200} value={node.value} onChange={e => put({ ...node, value: e.target.value })} />
      </>
    )
    case 'json': return <textarea className="in mono sp" aria-label={t('cond.k.json')} aria-invalid={!isJson(node.text)} rows={2} spellCheck={false} value={node.text} onChange={e => put({ k: 'json', text: e.target.value })} />
    default: return null
  }
}
function isJson(text: string) { try { JSON.parse(text); return true } catch { return false } }

type PickProps = { label: string; value: string; all: string[]; name: (v: string) => string; none?: string; put: (v: string) => void }
function Pick({ label, value, all, name, none, put }: PickProps) {
  return <select className="in" aria-label={label} value={value} onChange={e => put(e.target.value)}>{none && <option value="">{none}</option>}{all.map(v => <option key={v} value={v}>{name(v)}</option>)}</select>
}
export function TagPick({ tag, put, label }: { tag: string; put: (tag: string) => void; label?: string }) {
  const { t, i18n } = useTranslation('segments')
  const library = useRead('library', signal => ly.record.get_tags({ limit: 100, sort: 'name' }, { signal }))
  const items = library.data?.items ?? []
  const zh = i18n.language === 'zh'
  return (
    <select className="in" aria-label={label ?? t('cond.tag')} value={tag} onChange={e => put(e.target.value)}>
      <option value="">{label ?? t('cond.pick_tag')}</option>
      {tag && !items.some(x => x.name === tag) && <option value={tag}>{tag}</option>}
      {(['audience', 'behaviour', 'fact'] as const).map(k => <optgroup key={k} label={t(`tags.kind.${k}`)}>{items.filter(x => x.class === k).map(x => <option key={x.id} value={x.name}>{zh ? `${x.family} · ${x.name}` : `${x.family_en ?? x.family} · ${x.en}`}</option>)}</optgroup>)}
    </select>
  )
}
function ConsentPick({ purpose, put, zh }: { purpose: string; put: (p: string) => void; zh: boolean }) {
  const { t } = useTranslation('segments')
  const read = useRead('purposes', signal => ly.profile.get_consent_purposes({ signal }))
  const items = (read.data?.items ?? []).filter(x => !x.named)
  return <select className="in" aria-label={t('cond.consent')} value={purpose} onChange={e => put(e.target.value)}>{!items.some(x => x.key === purpose) && <option value={purpose}>{purpose}</option>}{items.map(x => <option key={x.key} value={x.key}>{zh ? x.zh : x.en}</option>)}</select>
}
