/* A form made of the declaration: label above, one column, what is optional says so; errors of the server stand under their field. */
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import type { Problem } from '../../api/http'
import type { RecordFieldInfo, RecordInfo } from '../../api/types'
import { toast } from '../../ui/toast'
import { WhoField } from '../../ui/who'
import { api, nameOf, type Row } from './model'

const SHORT = 5                        // so many fields fit a small window; more have a page
export const isShort = (k: RecordInfo) => k.fields.length <= SHORT

/** In the brand's zone, as the browser's field wants it. */
const toLocal = (iso: unknown) => (iso ? new Date(Date.parse(String(iso)) + 8 * 3_600_000).toISOString().slice(0, 16) : '')
const fromLocal = (text: string) => (text ? `${text}:00+08:00` : undefined)

function shown(f: RecordFieldInfo, v: unknown): string {
  if (v === undefined || v === null) return ''
  if (f.kind === 'time') return toLocal(v)
  if (f.kind === 'money') return String(Number(v) / 100)
  return f.kind === 'personal' ? '' : String(v)
}
/** What is sent: undefined leaves the field as it is, null takes its value away. */
function sent(f: RecordFieldInfo, text: string, before: string): unknown {
  if (text === before) return undefined
  if (text === '') return f.required ? undefined : null
  switch (f.kind) {
    case 'bool': return text === 'true'
    // What is no number goes as it was typed, for the server to say so at its field.
    case 'money': return Number.isNaN(Number(text)) ? text : Math.round(Number(text) * 100)
    case 'number': case 'record': case 'person': return Number.isNaN(Number(text)) ? text : Number(text)
    case 'time': return fromLocal(text)
    default: return text.trim()
  }
}

type Props = { k: RecordInfo; kinds: RecordInfo[]; row?: Row; refs: Map<string, string>; done: (r: Row) => void; cancel: () => void }
export function RecordForm({ k, row, refs, done, cancel }: Props) {
  const { t, i18n } = useTranslation('records')
  const lang = i18n.language
  const first = Object.fromEntries(k.fields.map(f => [f.name, row ? shown(f, row[f.name]) : '']))
  const [values, setValues] = useState<Record<string, string>>(first)
  const [phone, setPhone] = useState('')
  const { busy, problem, run } = useDeed()
  useEffect(() => {
    const wrong = problem && k.fields.find(f => at(f, problem))
    if (wrong) document.getElementById(`rf-${wrong.name}`)?.focus()
  }, [problem, k])
  async function save(e: React.FormEvent) {
    e.preventDefault()
    const body: Record<string, unknown> = {}
    for (const f of k.fields) {
      const v = sent(f, values[f.name] ?? '', first[f.name])
      if (v !== undefined && !(v === null && !row)) body[f.name] = v
    }
    if (phone && body.person === undefined) body.identities = { phone: phone.trim() }
    await run(async () => {
      const saved = row ? await api.change(k, row, body) : await api.create(k, body)
      toast(t(row ? 'saved' : 'made', { name: nameOf(k, lang) }))
      done(saved)
    })
  }
  return (
    <form className="rf" onSubmit={e => void save(e)}>
      {k.fields.map(f => (
        <Line key={f.name} f={f} problem={problem}>
          {f.kind === 'person'
            ? <WhoField id={`rf-${f.name}`} value={{ id: Number(values[f.name]) || undefined, phone: phone || undefined }} mayMake={!row} bad={at(f, problem)}
              put={w => { setPhone(w.phone ?? ''); setValues(old => ({ ...old, [f.name]: w.id ? String(w.id) : '' })) }} />
            : <Input k={k} f={f} value={values[f.name]} refs={refs} bad={at(f, problem)} row={row} put={v => setValues(old => ({ ...old, [f.name]: v }))} />}
        </Line>
      ))}
      {problem && !k.fields.some(f => at(f, problem)) && <p className="bad t13" role="alert">{problem.message}</p>}
      <div className="row rf-b"><button type="submit" className="btn primary" disabled={busy}>{t(row ? 'save' : 'add_this', { name: nameOf(k, lang) })}</button><button type="button" className="btn" onClick={cancel}>{t('common:cancel')}</button></div>
    </form>
  )
}

/** Whether the server means this field; a person may be refused by what they are known by. */
const at = (f: RecordFieldInfo, problem?: Problem) => problem?.field === f.name || (f.kind === 'person' && !!problem?.field?.startsWith('identities'))

function Line({ f, problem, children }: { f: RecordFieldInfo; problem?: Problem; children: ReactNode }) {
  const { t, i18n } = useTranslation('records')
  return (
    <div className="rf-l">
      <label htmlFor={`rf-${f.name}`}>{nameOf(f, i18n.language)}{f.kind === 'money' && <span className="i3"> {t('yuan')}</span>}{!f.required && <span className="i3"> {t('optional')}</span>}</label>
      {children}
      {problem && at(f, problem) && <p className="bad t12" role="alert">{problem.message.replace(`「${f.name}」`, `「${f.zh}」`).replace(`"${f.name}"`, `"${f.en}"`)}</p>}
    </div>
  )
}

type InputProps = { k: RecordInfo; f: RecordFieldInfo; value: string; refs: Map<string, string>; bad: boolean; row?: Row; put: (v: string) => void }
function Input({ k, f, value, refs, bad, row, put }: InputProps) {
  const { t, i18n } = useTranslation('records')
  const common = { id: `rf-${f.name}`, className: 'in', 'aria-invalid': bad || undefined, value, onChange: (e: React.ChangeEvent<HTMLInputElement | HTMLSelectElement>) => put(e.target.value) }
  const none = <option value="">{t('choose')}</option>
  if (f.kind === 'choice') {
    const from = row && f.name === k.state ? String(row[f.name]) : undefined
    const may = f.name === k.state ? k.moves.filter(m => m.from === from).map(m => m.to).concat(from ?? []) : undefined
    return <select {...common}>{none}{f.choices?.filter(c => !may || may.includes(c.value)).map(c => <option key={c.value} value={c.value}>{nameOf(c, i18n.language)}</option>)}</select>
  }
  if (f.kind === 'bool') return <select {...common}>{none}<option value="true">{t('yes')}</option><option value="false">{t('no')}</option></select>
  if (f.kind === 'record') return <select {...common}>{none}{[...refs].filter(([key]) => key.startsWith(`${f.ref} `)).map(([key, name]) => <option key={key} value={key.split(' ')[1]}>{name}</option>)}</select>
  const type = f.kind === 'time' ? 'datetime-local' : f.kind === 'date' ? 'date' : 'text'
  const numeric = f.kind === 'money' || f.kind === 'number' 
  return <input {...common} type={type} inputMode={numeric ? 'decimal' : undefined} maxLength={f.max} autoComplete="off"
    placeholder={f.kind === 'personal' && row?.[f.name] ? String(row[f.name]) : f.example} />
}
