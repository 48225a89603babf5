/* A ladder's editor: for whom, the levels from the top with their conditions, how many would stand where, and why it is changed. */
import { useEffect, useState } from 'react'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import type { TierBody, TierPreview, TierView } from '../../api/client'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { toast } from '../../ui/toast'
import { fresh, readCondition, writeCondition, type Node } from './condition'
import { ConditionField } from './condition_field'

type Right = { id: number; code: string; zh: string; en: string }
type Level = { id: number; key: string; zh: string; en: string; condition?: Node; invites: string; touch: string; rights: Right[] }
type Values = { key: string; zh: string; en: string; off: boolean; who?: Node; levels: Level[] }
const LEVELS = 9
let made = 0
const level = (key: string, condition?: Node): Level => ({ id: ++made, key, zh: '', en: '', condition, invites: '', touch: '', rights: [] })

function begin(x?: TierView): Values {
  if (!x) return { key: '', zh: '', en: '', off: false, who: undefined, levels: [level('A', fresh('tag')), level('B')] }
  const node = (c: unknown) => (c === undefined ? undefined : readCondition(c))
  return { key: x.key, zh: x.zh, en: x.en, off: x.off, who: node(x.who), levels: x.levels.map(l => ({ id: ++made, key: l.key, zh: l.zh, en: l.en, condition: node(l.condition), invites: l.invites?.toString() ?? '', touch: l.touch_days?.toString() ?? '', rights: (l.rights ?? []).map(r => ({ id: ++made, code: r.code, zh: r.zh, en: r.en })) })) }
}
const wholeNumber = (text: string) => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : undefined)
/** Rights that nobody has begun to name are none. */
function means(l: Level) {
  const rights = l.rights.map(r => ({ code: r.code.trim(), zh: r.zh.trim(), en: r.en.trim() })).filter(r => r.code || r.zh || r.en)
  const invites = wholeNumber(l.invites), touch_days = wholeNumber(l.touch)
  return { ...(rights.length > 0 && { rights }), ...(invites !== undefined && { invites }), ...(touch_days !== undefined && { touch_days }) }
}
/** What is sent; nothing while some JSON is none. */
function body(v: Values): TierBody | undefined {
  try {
    return { key: v.key.trim(), zh: v.zh.trim(), en: v.en.trim(), ...(v.off && { off: true }), ...(v.who && { who: writeCondition(v.who) }),
      levels: v.levels.map(l => ({ key: l.key.trim(), zh: l.zh.trim(), en: l.en.trim(), ...(l.condition && { condition: writeCondition(l.condition) }), ...means(l) })) }
  } catch { return undefined }
}

export function TierForm({ ladder, done }: { ladder?: TierView; done: (changed: boolean) => void }) {
  const { t, i18n } = useTranslation('segments')
  const [v, set] = useState<Values>(() => begin(ladder)), [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const ready = body(v), whole = ready && ready.key && ready.zh && ready.en && ready.levels.every(l => l.key && l.zh && l.en) && reason.trim().length >= 2
  // The same field is named with and without the request's own frame: saving and looking ahead say it alike.
  const at = (path: string) => { const x = problem?.field?.replace(/^ladder\.?/, ''); return x === path || x?.startsWith(`${path}.`) || x?.startsWith(`${path}[`) ? problem : undefined }
  const places = ['key', 'zh', 'en', 'who', ...v.levels.map((_, i) => `levels[${i}]`)]
  const put = (i: number, l: Partial<Level>) => set({ ...v, levels: v.levels.map((x, j) => (j === i ? { ...x, ...l } : x)) })
  const move = (i: number, by: number) => set({ ...v, levels: swapped(v.levels, i, i + by) })
  async function save() {
    const ok = ready && await run(key => ly.tier.post_tiers({ ladder: ready, version: ladder?.version ?? 0, reason: reason.trim() }, { key }))
    if (ok) { toast(t('tiers.saved')); done(true) }
  }
  const words = (path: string) => at(path) && <p className="bad t12" role="alert">{at(path)!.message}</p>
  const text = (key: 'key' | 'zh' | 'en', max: number) => (
    <div><label htmlFor={`lf-${key}`}>{t(`tiers.f.${key}`)}</label>
      <input className="in" id={`lf-${key}`} maxLength={max} value={v[key]} disabled={key === 'key' && !!ladder} autoFocus={key === 'key' && !ladder} aria-invalid={!!at(key)} onChange={e => set({ ...v, [key]: e.target.value })} />{words(key)}</div>
  )
  const title = ladder ? t('tiers.edit_title', { name: i18n.language === 'zh' ? ladder.zh : ladder.en }) : t('tiers.add')
  return (
    <form className="tr-f" onSubmit={e => { e.preventDefault(); if (whole) void save() }}>
      <Sec title={title} note={t('tiers.form_note')} act={<button type="button" className="lnk" onClick={() => done(false)}>{t('tiers.back')}</button>}>
        <div className="tr-3">{text('key', 40)}{text('zh', 40)}{text('en', 40)}</div>
        <label className="row t13"><input type="checkbox" checked={v.off} onChange={e => set({ ...v, off: e.target.checked })} />{t('tiers.f.off')}</label>
      </Sec>
      <Sec title={t('tiers.f.who')} note={t('tiers.f.who_note')}>
        {v.who ? <ConditionField node={v.who} label={t('tiers.f.who')} put={who => set({ ...v, who })} drop={() => set({ ...v, who: undefined })} />
          : <button type="button" className="lnk" onClick={() => set({ ...v, who: fresh('stage') })}>{t('tiers.f.who_add')}</button>}
        {words('who')}
      </Sec>
      <Sec title={t('tiers.f.levels')} note={t('tiers.f.levels_note')}>
        <ol className="tr-lv">
          {v.levels.map((l, i) => (
            <li key={l.id}>
              <div className="row wrap">
                {(['key', 'zh', 'en'] as const).map(k => <input key={k} className={`in ${k === 'key' ? 'k' : ''}`} aria-label={t(`tiers.l.${k}`)} placeholder={t(`tiers.l.${k}`)} maxLength={k === 'key' ? 20 : 40} value={l[k]} onChange={e => put(i, { [k]: e.target.value })} />)}
                <span className="sp" />
                <button type="button" className="ib xs" disabled={i === 0} aria-label={t('tiers.up')} onClick={() => move(i, -1)}><ArrowUp size={14} aria-hidden /></button>
                <button type="button" className="ib xs" disabled={i + 1 === v.levels.length} aria-label={t('tiers.down')} onClick={() => move(i, 1)}><ArrowDown size={14} aria-hidden /></button>
                <button type="button" className="ib xs" disabled={v.levels.length === 1} aria-label={t('tiers.drop')} onClick={() => set({ ...v, levels: v.levels.filter((_, j) => j !== i) })}><X size={14} aria-hidden /></button>
              </div>
              {l.condition ? <ConditionField node={l.condition} label={t('tiers.l.condition', { level: l.key })} put={condition => put(i, { condition })} drop={i + 1 === v.levels.length ? () => put(i, { condition: undefined }) : undefined} />
                : <p className="t13 i3">{t('tiers.rest')} <button type="button" className="lnk" onClick={() => put(i, { condition: fresh('tag') })}>{t('tiers.l.add')}</button></p>}
              <Given l={l} put={x => put(i, x)} />
              {words(`levels[${i}]`)}
            </li>
          ))}
        </ol>
        {v.levels.length < LEVELS && <button type="button" className="lnk cd-a" onClick={() => set({ ...v, levels: added(v.levels) })}><Plus size={13} strokeWidth={2} aria-hidden />{t('tiers.l.new')}</button>}
      </Sec>
      <Ahead v={ready} />
      <Sec title={t('tiers.f.save')} note={t('tiers.f.save_note')}>
        <div className="sg-f"><div><label htmlFor="lf-why">{t('tiers.f.reason')}</label><input className="in" id="lf-why" maxLength={200} value={reason} onChange={e => setReason(e.target.value)} placeholder={t('tiers.f.reason_hint')} /></div>
          {problem && !places.some(p => at(p)) && <p className="bad t13" role="alert">{problem.message}</p>}
          <div className="row"><button type="submit" className="btn primary" disabled={busy || !whole}>{t('tiers.save')}</button>{!ready && <span className="warn t12" role="alert">{t('tiers.not_json')}</span>}</div></div>
      </Sec>
    </form>
  )
}

const RIGHTS = 12
/** What a level is given: how often it is invited, when somebody is reminded, its rights. */
function Given({ l, put }: { l: Level; put: (x: Partial<Level>) => void }) {
  const { t } = useTranslation('segments')
  const right = (k: number, x: Partial<Right>) => put({ rights: l.rights.map((r, j) => (j === k ? { ...r, ...x } : r)) })
  return (
    <fieldset className="tr-g">
      <legend>{t('tiers.l.means', { level: l.key })}</legend>
      <div className="tr-n">
        <label>{t('tiers.l.invites')}<input className="in num" inputMode="numeric" maxLength={2} value={l.invites} placeholder={t('tiers.l.invites_hint')} onChange={e => put({ invites: e.target.value.replace(/\D/g, '') })} />{t('tiers.l.times')}</label>
        <label>{t('tiers.l.touch')}<input className="in num" inputMode="numeric" maxLength={3} value={l.touch} placeholder={t('tiers.l.touch_hint')} onChange={e => put({ touch: e.target.value.replace(/\D/g, '') })} />{t('tiers.l.days')}</label>
      </div>
      {l.rights.map((r, k) => (
        <div key={r.id} className="row wrap" role="group" aria-label={`${t('tiers.l.right')} ${k + 1}`}>
          {([['code', 'tiers.l.right_code', 40], ['zh', 'tiers.l.zh', 40], ['en', 'tiers.l.en', 60]] as const).map(([name, label, max]) => <input key={name} className="in" aria-label={t(label)} placeholder={t(label)} maxLength={max} value={r[name]} onChange={e => right(k, { [name]: e.target.value })} />)}
          <button type="button" className="ib xs" aria-label={t('tiers.l.right_drop')} onClick={() => put({ rights: l.rights.filter((_, j) => j !== k) })}><X size={14} aria-hidden /></button>
        </div>
      ))}
      {l.rights.length < RIGHTS && <button type="button" className="lnk cd-a" onClick={() => put({ rights: [...l.rights, { id: ++made, code: '', zh: '', en: '' }] })}><Plus size={13} strokeWidth={2} aria-hidden />{t('tiers.l.right_add')}</button>}
    </fieldset>
  )
}

const swapped = (v: Level[], a: number, b: number) => { const w = [...v]; [w[a], w[b]] = [w[b], w[a]]; return w.map((l, i) => (!l.condition && i + 1 < w.length ? { ...l, condition: fresh('tag') } : l)) }
/** A new one stands before the last, when that one is for all others. */
const added = (v: Level[]) => (v.length && !v[v.length - 1].condition ? [...v.slice(0, -1), level('', fresh('tag')), v[v.length - 1]] : [...v, level('', fresh('tag'))])

/** Asked when the typing rests. */
function Ahead({ v }: { v?: TierBody }) {
  const { t, i18n } = useTranslation('segments')
  const f = useFormat(), { problem, run } = useDeed()
  const [seen, setSeen] = useState<{ of: string; d: TierPreview }>()
  const text = v && v.key && v.levels.every(l => l.key) ? JSON.stringify({ ...v, zh: v.zh || '-', en: v.en || '-', levels: v.levels.map(l => ({ ...l, zh: l.zh || '-', en: l.en || '-' })) }) : ''
  useEffect(() => {
    if (!text) return
    const timer = setTimeout(() => void run(() => ly.tier.post_tiers_preview(JSON.parse(text) as TierBody)).then(d => { if (d) setSeen({ of: text, d }) }), 500)
    return () => clearTimeout(timer)
  }, [text])      // eslint-disable-line
  const d = seen?.d, name = (k: string) => { const l = v?.levels.find(x => x.key === k); return l ? (i18n.language === 'zh' ? l.zh : l.en) : '' }
  return (
    <Sec title={t('tiers.p.title')} note={d && (d.exact ? t('tiers.p.all', { n: f.full(d.people) }) : t('tiers.p.some', { n: f.full(d.looked_at), all: f.full(d.people) }))}>
      {problem ? <p className="t13 warn" role="status">{problem.message}</p> : !d ? <p className="t13 i3">{t('tiers.p.wait')}</p> : (
        <div className={seen.of === text ? undefined : 'dim'}>
          <table className="tb" aria-label={t('tiers.p.title')}>
            <thead><tr><th scope="col">{t('tiers.col.level')}</th><th scope="col" className="r">{t('tiers.p.now')}</th><th scope="col" className="r">{t('tiers.p.then')}</th><th scope="col" className="r">{t('tiers.p.come')}</th></tr></thead>
            <tbody>{d.levels.map(l => <tr key={l.key}><td>{l.key ? <span className="row"><b className="chip water">{l.key}</b>{name(l.key)}</span> : <span className="i3">{t('tiers.nowhere')}</span>}</td><td className="r num i2">{f.full(l.now)}</td><td className="r num">{f.full(l.people)}</td><td className="r num i3">{l.come ? `+${f.full(l.come)}` : '·'}</td></tr>)}</tbody>
          </table>
          <p className="t13 i2">{t('tiers.p.moves', { n: d.moves })}</p>
        </div>
      )}
    </Sec>
  )
}
