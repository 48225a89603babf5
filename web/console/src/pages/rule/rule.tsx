/* One rule: what it says, its form with the sentence it would be, its trial, its versions. */
import { useEffect, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { asProblem, useRead } from '../../api/read'
import type { RuleChecked, RuleView } from '../../api/types'
import { Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { bodyOf, formOf, isBroken, type Body, type Form } from './body'
import { Versions } from './versions'
import './rule.css'

const NEW: Body = { key: '', name: { zh: '', en: '' }, when: { event: 'lead.captured' }, if: { consent: 'call' }, then: [{ stage: { to: 'lead' } }] }
const PER_PERSON = 'person'
const STATES = ['shadow', 'on', 'off'] as const

export default function Rule() {
  const { t, i18n } = useTranslation('rule')
  const { id } = useParams()
  if (id === 'new') return <Page h1 title={t('new')} group={t('rules')} back="/settings/rules"><Editor body={NEW} /></Page>
  return <One id={Number(id)} zh={i18n.language === 'zh'} />
}

function One({ id, zh }: { id: number; zh: boolean }) {
  const { t } = useTranslation('rule')
  const read = useRead<RuleView>(`rule ${id}`, signal => ly.rule.get_rules_by_id(id, { signal }))
  const rule = read.data
  return (
    <Page h1 title={rule ? (zh ? rule.name_zh : rule.name_en) : t('title')} group={t('rules')} back="/settings/rules">
      <Part read={read} skeleton={<Lines n={10} />}>
        {r => (
          <>
            <Head rule={r} zh={zh} changed={read.set} />
            <Editor key={r.version} rule={r} body={r.body as Body} changed={read.set} />
            <Versions rule={r} />
          </>
        )}
      </Part>
    </Page>
  )
}

function Head({ rule, zh, changed }: { rule: RuleView; zh: boolean; changed: (f: (old: RuleView) => RuleView) => void }) {
  const { t } = useTranslation('rule')
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  const [asked, setAsked] = useState(false)
  const back = () => run(async () => {
    const now = await ly.rule.put_rules_by_id(rule.id, { playbook: true }, rule.version)
    changed(() => now)
    toast(t('returned'))
  })
  return (
    <Sec title={t('says')} note={<span className="mono">{rule.key}</span>}>
      <p className="ru-s">{zh ? rule.sentence_zh : rule.sentence_en}</p>
      <p className="row wrap"><span className={`chip ru-${rule.state}`}>{t(`state.${rule.state}`)}</span><span className="chip line">{t(`origin.${rule.origin}`, { defaultValue: rule.origin })}</span>
        {rule.edited && <span className="chip lamp">{t('edited')}</span>}
        {rule.edited && may('rule.write') && (asked
          ? <span className="row"><button type="button" className="btn sm" disabled={busy} onClick={() => void back()}>{t('back_go')}</button><button type="button" className="lnk t13" onClick={() => setAsked(false)}>{t('common:cancel')}</button></span>
          : <button type="button" className="lnk t13" onClick={() => setAsked(true)}>{t('back')}</button>)}</p>
      {asked && <p className="t13 i2">{t('back_what')}</p>}
    </Sec>
  )
}

/** What the server says of the form as it stands: its sentence, or what is wrong and where. */
function useCheck(form: Form, wanted: boolean) {
  const [checked, set] = useState<RuleChecked & { wrong?: string; field?: string } | { wrong: string; field?: string }>()
  const { t } = useTranslation('rule')
  useEffect(() => {
    if (!wanted) { set(undefined); return }           // not before it can be right: read only, or its names are not written yet
    const body = bodyOf(form)
    if (isBroken(body)) { set({ wrong: t('broken', { line: body.line, column: body.column }) }); return }
    const stop = new AbortController(), wait = setTimeout(() => {
      ly.rule.post_rules_check({ body }, { signal: stop.signal }).then(set, e => { if (!stop.signal.aborted) { const p = asProblem(e); set({ wrong: p.message, field: p.field?.replace(/^body\./, '') }) } })
    }, 400)
    return () => { clearTimeout(wait); stop.abort() }
  }, [form, wanted, t])
  return checked
}

type EditorProps = { rule?: RuleView; body: Body; changed?: (f: (old: RuleView) => RuleView) => void }
function Editor({ rule, body, changed }: EditorProps) {
  const { t, i18n } = useTranslation('rule')
  const zh = i18n.language === 'zh', go = useNavigate()
  const { may } = useSession()
  const [form, setForm] = useState(() => formOf(body)), [state, setState] = useState<RuleView['state']>('shadow')
  const { busy, problem, run } = useDeed()
  const readOnly = !may('rule.write'), checked = useCheck(form, !readOnly && !!(form.key.trim() && form.zh.trim() && form.en.trim()))
  const set = (more: Partial<Form>) => setForm(old => ({ ...old, ...more }))
  const wrong = checked && 'wrong' in checked ? checked : undefined
  const field = (problem?.field ?? wrong?.field ?? '').replace(/^body\./, '')
  const save = () => run(async key => {
    const whole = bodyOf(form)
    if (isBroken(whole)) return
    const now = rule ? await ly.rule.put_rules_by_id(rule.id, { body: whole, state }, rule.version) : await ly.rule.post_rules({ body: whole, state }, { key })
    toast(t(`saved.${now.state}`))
    if (rule) changed?.(() => now)
    else void go(`/settings/rules/${now.id}`, { replace: true })
  })
  const text = (name: 'key' | 'zh' | 'en' | 'within', max: number, path: string, more = {}) => (
    <div><label htmlFor={`ru-${name}`}>{t(`field.${name}`)}</label>
      <Input id={`ru-${name}`} value={form[name]} maxLength={max} autoComplete="off" disabled={readOnly} status={field === path ? 'error' : undefined} onChange={e => set({ [name]: e.target.value })} {...more} /></div>
  )
  return (
    <Sec title={t(rule ? 'edit' : 'write')} note={t('edit_note')}>
      <form className="ru-f" onSubmit={e => { e.preventDefault(); void save() }}>
        {!rule && text('key', 80, 'key', { placeholder: 'lead.follow_up' })}
        <div className="ru-2">{text('zh', 120, 'name.zh')}{text('en', 120, 'name.en')}</div>
        <div className="ru-2">
          <div><label htmlFor="ru-once">{t('field.once')}</label><Input id="ru-once" value={form.once} maxLength={100} disabled={readOnly} placeholder={PER_PERSON} onChange={e => set({ once: e.target.value })} /><small className="i3">{t('field.once_help')}</small></div>
          {text('within', 6, 'once.within', { placeholder: '365d', disabled: readOnly || !form.once })}
        </div>
        <div className="ru-2">
          <div><label htmlFor="ru-cap">{t('field.cap')}</label><Select id="ru-cap" value={form.cap} disabled={readOnly} onChange={cap => set({ cap, max: cap ? form.max || '1' : '' })} options={['', 'day', 'week', 'month'].map(value => ({ value, label: t(`cap.${value || 'none'}`) }))} /></div>
          <div><label htmlFor="ru-max">{t('field.max')}</label><Input id="ru-max" type="number" min={1} max={10000} value={form.max} disabled={readOnly || !form.cap} onChange={e => set({ max: e.target.value })} /></div>
        </div>
        <div><label htmlFor="ru-rest">{t('field.rest')}</label>
          <textarea id="ru-rest" className="in mono ru-j" spellCheck={false} rows={Math.min(28, form.rest.split('\n').length + 1)} value={form.rest} readOnly={readOnly} aria-invalid={!!wrong} aria-describedby="ru-says" onChange={e => set({ rest: e.target.value })} />
          <small className="i3">{t('field.rest_help')}</small></div>
        <div id="ru-says" className="ru-p" role="status">
          {wrong ? <p className="bad t13">{wrong.field && <span className="mono">{wrong.field} </span>}{wrong.wrong}</p>
            : checked && 'sentence_zh' in checked && <><p className="t12 i3">{t('would_say')}</p><p className="ru-s">{zh ? checked.sentence_zh : checked.sentence_en}</p>
              {checked.unknown.length > 0 && <p className="t13 warn">{t('unknown', { kinds: checked.unknown.join(t('and')) })}</p>}</>}
        </div>
        {problem && <p className="bad t13" role="alert">{problem.message}</p>}
        {!readOnly && (
          <div className="row wrap"><label htmlFor="ru-state" className="t13 i2">{t('field.state')}</label>
            <Select id="ru-state" value={state} onChange={setState} options={STATES.map(s => ({ value: s, label: t(`then.${s}`) }))} popupMatchSelectWidth={false} />
            <button type="submit" className="btn primary" disabled={busy || !!wrong || !checked}>{t(rule ? 'save' : 'make')}</button></div>
        )}
      </form>
    </Sec>
  )
}
