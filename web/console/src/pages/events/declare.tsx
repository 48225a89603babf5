/* Declaring a kind: what it is called, what becomes of events that do not fit, and its properties. The server checks and says what is wrong. */
import { useState } from 'react'
import { Button, Checkbox, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { PLAN_MODES, PLAN_PERSONAL, PLAN_STATES, PLAN_TYPES, type PlanKindBody, type PlanKindView, type PlanPropBody } from '../../api/types'
import { toast } from '../../ui/toast'

const guess = { null: 'any', boolean: 'boolean', integer: 'integer', number: 'number', text: 'text', json: 'any' } as const

/** What was seen is offered, unless it is declared already. */
function offered(d: PlanKindView): PlanPropBody[] {
  const mine = d.declared?.props ?? []
  return [...mine, ...d.seen.filter(s => !s.name.startsWith('context.') && !mine.some(p => p.name === s.name)).map(s => ({ name: s.name, type: guess[s.type] }))]
}

export function Declare({ kind: d, done }: { kind: PlanKindView; done: (saved: boolean) => void }) {
  const { t } = useTranslation('events')
  const [body, setBody] = useState<PlanKindBody>({ ...(d.declared ?? { kind: d.about.kind }), props: offered(d) })
  const [on, setOn] = useState(() => new Set((d.declared?.props ?? []).map(p => p.name)))
  const put = (part: Partial<PlanKindBody>) => setBody(b => ({ ...b, ...part }))
  const prop = (i: number, part: Partial<PlanPropBody>) => setBody(b => ({ ...b, props: (b.props ?? []).map((p, k) => (k === i ? { ...p, ...part } : p)) }))
  const { busy, problem, run } = useDeed()
  const save = () => run(async () => {
    const clean = JSON.parse(JSON.stringify({ ...body, props: (body.props ?? []).filter(p => on.has(p.name)) }, (_, v: unknown) => (v === '' ? undefined : v))) as PlanKindBody
    const r = await ly.plan.put_plan_kinds(clean, d.about.version)
    toast(t(r.changed ? 'kind.saved' : 'kind.same', { kind: body.kind, version: r.version }))
    done(true)
  })
  return (
    <form className="kd" onSubmit={e => { e.preventDefault(); void save() }}>
      <div className="two">
        <label><span className="lb">{t('kind.zh')}</span><Input value={body.zh} maxLength={120} onChange={e => put({ zh: e.target.value })} /></label>
        <label><span className="lb">{t('kind.en')}</span><Input value={body.en} maxLength={120} onChange={e => put({ en: e.target.value })} /></label>
        <label><span className="lb">{t('kind.state')}</span><Select className="w" aria-label={t('kind.state')} value={body.state ?? 'live'} onChange={v => put({ state: v })} options={PLAN_STATES.map(s => ({ value: s, label: t(`standing.${s}`) }))} /></label>
        <label><span className="lb">{t('kind.mode')}</span><Select className="w" aria-label={t('kind.mode')} value={body.mode ?? 'quarantine'} onChange={v => put({ mode: v })} options={PLAN_MODES.map(s => ({ value: s, label: t(`mode.${s}`) }))} /></label>
        <label><span className="lb">{t('kind.owner_label')}</span><Input value={body.owner} maxLength={60} placeholder={t('kind.owner_hint')} onChange={e => put({ owner: e.target.value })} /></label>
        <label><span className="lb">{t('kind.about')}</span><Input value={body.about} maxLength={500} onChange={e => put({ about: e.target.value })} /></label>
      </div>
      <h3>{t('kind.props')}</h3>
      <ul className="props edit">{(body.props ?? []).map((p, i) => (
        <li key={p.name}>
          <Checkbox checked={on.has(p.name)} onChange={e => setOn(old => { const s = new Set(old); if (e.target.checked) s.add(p.name); else s.delete(p.name); return s })}><span className="mono">{p.name}</span></Checkbox>
          {on.has(p.name) && <span className="row">
            <Select className="w1" aria-label={t('kind.type_of', { name: p.name })} value={p.type ?? 'any'} onChange={v => prop(i, { type: v })} options={PLAN_TYPES.map(s => ({ value: s, label: t(`type.${s}`) }))} />
            <Select className="w1" aria-label={t('kind.personal_of', { name: p.name })} value={p.personal ?? ''} onChange={v => prop(i, { personal: (v || undefined) as PlanPropBody['personal'] })} options={[{ value: '', label: t('personal.by_name') }, ...PLAN_PERSONAL.map(s => ({ value: s as string, label: t(`personal.${s}`) }))]} />
            <Checkbox checked={p.required ?? false} onChange={e => prop(i, { required: e.target.checked || undefined })}>{t('kind.required')}</Checkbox>
            {(p.type === 'text' || p.type === 'integer') && <Select className="w2" mode="tags" aria-label={t('kind.values_of', { name: p.name })} placeholder={t('kind.values')} value={p.values ?? []} onChange={v => prop(i, { values: v.length ? v : undefined })} open={false} suffixIcon={null} />}
          </span>}
        </li>
      ))}</ul>
      <Add names={(body.props ?? []).map(p => p.name)} add={name => { put({ props: [...(body.props ?? []), { name, type: 'text' }] }); setOn(old => new Set(old).add(name)) }} />
      {problem && <p className="bad t13" role="alert">{problem.message}</p>}
      <div className="row end"><Button onClick={() => done(false)}>{t('common:cancel')}</Button><Button type="primary" htmlType="submit" loading={busy}>{t('kind.save')}</Button></div>
    </form>
  )
}

function Add({ names, add }: { names: string[]; add: (name: string) => void }) {
  const { t } = useTranslation('events')
  const [name, setName] = useState('')
  const go = () => { const n = name.trim(); if (n && !names.includes(n)) { add(n); setName('') } }
  return <div className="row"><Input aria-label={t('kind.new_prop')} value={name} maxLength={200} placeholder={t('kind.new_prop')} onChange={e => setName(e.target.value)} onPressEnter={e => { e.preventDefault(); go() }} /><Button onClick={go} disabled={!name.trim()}>{t('kind.add_prop')}</Button></div>
}
