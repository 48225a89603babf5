/* Rows from a file: first what would happen, then the deed. */
import { useState } from 'react'
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import type { RecordImportView, RecordInfo } from '../../api/types'
import { toast } from '../../ui/toast'
import { api, nameOf } from './model'

const EFFECTS = ['none', 'quiet', 'all'] as const

export function Import({ k, close }: { k: RecordInfo; close: (changed: boolean) => void }) {
  const { t, i18n } = useTranslation('records')
  const [text, setText] = useState<string>()
  const [update, setUpdate] = useState(false), [effects, setEffects] = useState<(typeof EFFECTS)[number]>('none')
  const [result, setResult] = useState<RecordImportView>()
  const { busy, problem, run } = useDeed()
  const send = (dry: boolean, body = text) => run(async () => {
    if (!body) return
    const answer = await api.importCsv(k, body, { ...(dry ? { dry_run: true } : {}), ...(update ? { update: true } : {}), effects })
    setResult(answer)
    if (!dry && answer.state !== 'refused') { toast(t(`import.${answer.state}`, { n: answer.rows })); close(true) }
  })
  const ready = result?.state === 'checked'
  return (
    <Modal open title={t('import.of', { name: nameOf(k, i18n.language) })} width={560} onCancel={() => close(false)} okText={t(ready ? 'import.go' : 'import.check')} cancelText={t('common:cancel')}
      okButtonProps={{ disabled: !text, loading: busy }} onOk={() => void send(!ready)}>
      <div className="ri">
        <p className="t13 i2">{t('import.text')}</p>
        <label htmlFor="ri-f">{t('import.file')}</label>
        <input id="ri-f" className="in" type="file" accept=".csv,text/csv" onChange={e => { setResult(undefined); void e.target.files?.[0]?.text().then(setText) }} />
        <label className="row"><input type="checkbox" checked={update} onChange={e => { setUpdate(e.target.checked); setResult(undefined) }} />{t('import.update')}</label>
        <label htmlFor="ri-e">{t('import.effects')}</label>
        <select id="ri-e" className="in" value={effects} onChange={e => setEffects(e.target.value as (typeof EFFECTS)[number])}>{EFFECTS.map(x => <option key={x} value={x}>{t(`import.effect.${x}`)}</option>)}</select>
        {problem && <p className="bad t13" role="alert">{problem.message}</p>}
        {result && <p role="status" className={result.state === 'refused' ? 'bad t13' : 'good t13'}>{t(result.state === 'refused' ? 'import.refused' : 'import.checked', { n: result.rows, bad: result.errors_total })}</p>}
        {result && result.errors.length > 0 && <ul className="ri-e" tabIndex={0} aria-label={t('import.errors')}>{result.errors.map((x, i) => <li key={i}><span className="num i3">{t('import.line', { n: x.line })}</span>{x.text}</li>)}</ul>}
      </div>
    </Modal>
  )
}
