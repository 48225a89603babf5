import { useEffect, useRef, useState } from 'react'
import { Button, Input, Select } from 'antd'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { type ImportPreview, type ImportTargetsView, type ImportView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { csvRows } from './csv'
import { Bar, State, useTargetName } from './import'
import { Removal } from './removal'
import { constantOf, meaningOf, missing, withConstant, withMeaning, type Mapping } from './mapping'

const REFUSED_SHOWN = 10
const busy = (x?: ImportView) => x?.state === 'waiting' || x?.state === 'running'

/** One import: what its columns mean, the check, the run, what came out. */
export function Job({ id, targets }: { id: number; targets: ImportTargetsView }) {
  const [every, setEvery] = useState(1000)
  const read = useRead<ImportView>(`import ${id}`, signal => ly.import.get_imports_by_id(id, { signal }), every)
  const state = read.data
  useEffect(() => setEvery(busy(state) ? 1000 : 15000), [state])
  // What is going on, and then what came of it, stands at the head: the eye is at the button further down.
  const head = useRef<HTMLElement>(null), was = useRef<boolean>(undefined)
  useEffect(() => {
    if (was.current !== undefined && was.current !== busy(state)) head.current?.scrollIntoView({ block: 'center' })
    if (state) was.current = busy(state)
  }, [state])
  return (
    <Part read={read} skeleton={<Lines n={8} />}>
      {job => (
        <>
          <header className="im-head" ref={head}><h2 className="el">{job.name}</h2><State job={job} /></header>
          {busy(job) ? <Running job={job} again={read.again} /> : <Result job={job} targets={targets} />}
          {!job.dry_run && !busy(job) && job.began && <Removal job={job} targets={targets} />}
          {(job.state === 'ready' || (job.state === 'done' && job.dry_run) || job.state === 'failed' || job.state === 'cancelled') && <Setup job={job} targets={targets} again={read.again} />}
        </>
      )}
    </Part>
  )
}

function Running({ job, again }: { job: ImportView; again: () => void }) {
  const { t } = useTranslation('import')
  const f = useFormat()
  const stop = () => void ly.import.post_imports_by_id_cancel(job.id).then(again, again)
  return (
    <Sec title={t(job.dry_run ? 'run.checking' : 'run.importing')} act={<Button size="small" onClick={stop}>{t('run.stop')}</Button>}>
      <Bar share={job.bytes ? job.bytes_done / job.bytes : 0} label={t('run.progress')} />
      <p className="t13 i2" role="status">{t('run.facts', { rows: f.full(job.rows), rate: f.full(job.rows_per_s), left: f.span(job.left_s * 1000) })}</p>
      {!job.dry_run && <p className="t12 i3">{t('run.note')}</p>}
    </Sec>
  )
}

function Result({ job, targets }: { job: ImportView; targets: ImportTargetsView }) {
  const { t } = useTranslation('import')
  const f = useFormat(), targetName = useTargetName(targets)
  if (job.state === 'failed') return <p className="im-bad" role="alert">{t('failed', { why: job.detail || job.code })}</p>
  if (!job.began || job.state === 'ready') return null
  const counts = [['created', job.created], ['merged', job.merged], ['refused', job.refused]] as const
  return (
    <Sec title={t(job.dry_run ? 'result.checked' : 'result.done')} note={targetName(job.target)}
      act={<span className="im-files">{job.refused > 0 && <File id={job.id} what="errors" />}<File id={job.id} what="sheet" /></span>}>
      <p className="im-sum"><b>{f.full(job.rows)}</b> {t('result.in')} = {counts.map(([k, n], i) => <span key={k}>{i > 0 && ' + '}<b className={k === 'refused' && n > 0 ? 'bad' : ''}>{f.full(n)}</b> {t(`result.${k}`)}</span>)}</p>
      {job.as_import ? <p className="t13 i2">{t('result.again')}</p> : job.dry_run && <p className="t13 i2">{t('result.nothing')}</p>}
      {job.refused > 0 && <Refused id={job.id} n={job.refused} turn={job.began ?? ''} />}
      {job.sums.length > 0 && (
        <div className="im-scroll" tabIndex={0} role="group" aria-label={t('sheet.title')}>
          <table className="tb"><thead><tr><th>{t('sheet.measure')}</th><th>{t('sheet.period')}</th><th className="r">{t('sheet.came')}</th><th className="r">{t('sheet.booked')}</th><th className="r">{t('sheet.diff')}</th></tr></thead>
            <tbody>{job.sums.map(s => (
              <tr key={`${s.measure} ${s.period}`}><td>{t(`measure.${s.measure}`, { defaultValue: s.measure })}</td><td>{s.period}</td><td className="r num">{f.full(s.came)}</td><td className="r num">{f.full(s.booked)}</td>
                <td className={`r num${s.came !== s.booked ? ' bad' : ' i3'}`}>{f.full(s.came - s.booked)}</td></tr>
            ))}</tbody></table>
        </div>
      )}
    </Sec>
  )
}

/** The first rows that were not taken, each with its line and why; the file has them all. */
function Refused({ id, n, turn }: { id: number; n: number; turn: string }) {
  const { t, i18n } = useTranslation('import')
  const read = useRead(`refused ${id} ${turn}`, signal => ly.import.get_imports_by_id_errors_csv(id, { signal }))
  const [head, ...rows] = csvRows(read.data ?? '', REFUSED_SHOWN + 1)
  if (!head || rows.length === 0) return null
  const line = head.indexOf('line'), why = head.indexOf(i18n.language === 'en' ? 'reason_en' : 'reason_zh')
  return (
    <ul className="im-e" aria-label={t('result.errors_csv')}>
      {rows.map((r, i) => <li key={i}><span className="num i3">{t('result.line', { n: r[line] })}</span><span className="bad">{r[why]}</span></li>)}
      {n > REFUSED_SHOWN && <li><span /><span className="i3">{t('result.more', { n: n - REFUSED_SHOWN })}</span></li>}
    </ul>
  )
}

function File({ id, what }: { id: number; what: 'errors' | 'sheet' }) {
  const { t } = useTranslation('import')
  return <a className="btn sm" href={`/api/v1/imports/${id}/${what}.csv`} download><Download size={13} strokeWidth={1.8} aria-hidden />{t(`result.${what}_csv`)}</a>
}

// --- What the columns mean
function Setup({ job, targets, again }: { job: ImportView; targets: ImportTargetsView; again: () => void }) {
  const [target, setTarget] = useState<string>()
  const read = useRead<ImportPreview>(`preview ${job.id} ${target ?? ''}`, signal => ly.import.get_imports_by_id_preview(job.id, target ? { target } : {}, { signal }))
  return (
    <Part read={read} skeleton={<Lines n={8} />}>
      {p => <Columns key={`${(p.mapping as Mapping).target}`} job={job} preview={p} targets={targets} setTarget={setTarget} again={again} />}
    </Part>
  )
}

type ColumnsProps = { job: ImportView; preview: ImportPreview; targets: ImportTargetsView; setTarget: (t: string) => void; again: () => void }
function Columns({ job, preview, targets, setTarget, again }: ColumnsProps) {
  const { t, i18n } = useTranslation('import')
  const en = i18n.language === 'en'
  const [map, setMap] = useState(preview.mapping as Mapping)
  const [effects, setEffects] = useState<ImportView['effects']>('none')
  const deed = useDeed()
  const sample = preview.sample as string[][]
  const target = targets.targets.find(x => x.name === map.target)!
  const fieldName = (f: { name: string; zh: string }) => (en ? f.name : f.zh)
  const options = [
    { value: '', label: t('map.skip') },
    { label: t('map.fields'), options: target.fields.map(f => ({ value: `field:${f.name}`, label: fieldName(f) + (f.required ? ' *' : '') })) },
    ...(target.person ? [{ label: t('map.identities'), options: targets.identities.map(x => ({ value: `identity:${x.name}`, label: en ? x.en : x.zh })) }] : []),
    ...(target.further ? [{ value: 'property', label: t('map.property') }] : []),
  ]
  const run = (dry_run: boolean) => deed.run(async () => { await ly.import.post_imports_by_id_run(job.id, { mapping: map, dry_run, effects }); again() })
  return (
    <>
      <Sec title={t('map.title')} note={t('map.note')}>
        <div className="im-target"><label htmlFor="im-target">{t('map.target')}</label>
          <Select id="im-target" value={map.target} onChange={setTarget} options={targets.targets.map(x => ({ value: x.name, label: en ? x.en : x.zh }))} />
          {target.effects && <><label htmlFor="im-effects">{t('map.effects')}</label>
            <Select id="im-effects" value={target.quiet && effects === 'none' ? 'quiet' : effects} onChange={setEffects} options={(['none', 'shadow', 'quiet', 'all'] as const).filter(x => !target.quiet || x === 'quiet' || x === 'all').map(x => ({ value: x, label: t(`effects.${x}`) }))} /></>}
        </div>
        <ul className="im-cols">
          {preview.columns.map((c, i) => (
            <li key={`${c} ${i}`}>
              <div className="el"><b className="m el">{c}</b><p className="t12 i3 el">{sample.slice(0, 3).map(r => r[i]).filter(Boolean).join(' · ') || t('map.empty')}</p></div>
              <Select aria-label={t('map.means', { column: c })} value={meaningOf(map, c)} onChange={v => setMap(m => withMeaning(m, c, v))} options={options} />
            </li>
          ))}
        </ul>
        {missing(map, target.fields).map(name => (
          <div key={name} className="im-const"><label htmlFor={`im-c-${name}`}>{t('map.constant', { field: fieldName(target.fields.find(f => f.name === name)!) })}</label>
            <Input id={`im-c-${name}`} value={constantOf(map, name)} maxLength={200} onChange={e => setMap(m => withConstant(m, name, e.target.value))} /></div>
        ))}
        {deed.problem && <p className="bad t13" role="alert">{deed.problem.message}</p>}
        <div className="im-go"><Button type={job.dry_run ? 'default' : 'primary'} loading={deed.busy} onClick={() => void run(true)}>{t('run.check')}</Button>
          <Button type={job.dry_run ? 'primary' : 'default'} disabled={deed.busy} onClick={() => void run(false)}>{t('run.import')}</Button>
          <span className="t12 i3">{t('run.hint')}</span></div>
      </Sec>
      <Sec title={t('sample.title', { n: sample.length })}>
        <div className="im-scroll" tabIndex={0} role="group" aria-label={t('sample.title', { n: sample.length })}>
          <table className="tb"><thead><tr>{preview.columns.map((c, i) => <th key={i}>{c}</th>)}</tr></thead>
            <tbody>{sample.map((r, i) => <tr key={i}>{r.map((c, k) => <td key={k}>{c}</td>)}</tr>)}</tbody></table>
        </div>
      </Sec>
    </>
  )
}
