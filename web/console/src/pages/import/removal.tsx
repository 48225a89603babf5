/* Taking back what an import brought: what there is, the name of the file once more, and what became of it. */
import { useEffect, useState } from 'react'
import { Button, Input, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { ImportRemovalView, ImportTargetsView, ImportView } from '../../api/types'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { useTargetName } from './import'

export function Removal({ job, targets }: { job: ImportView; targets: ImportTargetsView }) {
  const { t } = useTranslation('import')
  const f = useFormat()
  const [every, setEvery] = useState(15000), [asking, setAsking] = useState(false)
  const read = useRead<ImportRemovalView>(`removal ${job.id}`, signal => ly.import.get_imports_by_id_removal(job.id, { signal }), every)
  useEffect(() => setEvery(read.data?.state === 'running' ? 1000 : 15000), [read.data?.state])
  const name = useTargetName(targets), kind = (k: string) => t(`made.${k}`, { defaultValue: name(k) })
  const all = (d: ImportRemovalView) => d.made.map(x => t('removal.one', { n: f.full(x.n), kind: kind(x.kind) })).join(t('removal.and'))
  return (
    <Part read={read} skeleton={<Lines n={2} />}>
      {d => (d.state === undefined && d.made.length === 0 ? null : (
        <Sec title={t(`removal.${d.state ?? 'title'}`)} note={d.done ? f.when(d.done) : undefined} act={d.state !== 'running' && d.made.length > 0 && <Button size="small" danger onClick={() => setAsking(true)}>{t('removal.ask')}</Button>}>
          {d.state === undefined && <p className="t13 i2">{t('removal.what', { made: all(d) })}</p>}
          {d.taken.length > 0 && (
            <table className="tb im-rm"><thead><tr><th>{t('sheet.measure')}</th><th>{t('removal.outcome')}</th><th className="r">{t('removal.n')}</th></tr></thead>
              <tbody>{d.taken.map(x => <tr key={`${x.kind} ${x.outcome}`}><td>{kind(x.kind)}</td><td className={x.outcome === 'removed' ? '' : 'warn'}>{t(`removal.as.${x.outcome}`, { defaultValue: x.outcome })}</td><td className="r num">{f.full(x.n)}</td></tr>)}</tbody></table>
          )}
          {d.state === 'done' && <p className="t12 i3">{t(d.emptied ? 'removal.emptied' : 'removal.emptying')}</p>}
          {asking && <Ask job={job} made={all(d)} done={go => { setAsking(false); if (go) read.again() }} />}
        </Sec>
      ))}
    </Part>
  )
}

function Ask({ job, made, done }: { job: ImportView; made: string; done: (asked: boolean) => void }) {
  const { t } = useTranslation('import')
  const [typed, setTyped] = useState('')
  const { busy, problem, run } = useDeed()
  const send = () => run(async key => { await ly.import.post_imports_by_id_removal(job.id, { name: typed }, { key }); done(true) })
  return (
    <Modal open title={t('removal.ask_title')} width={480} onCancel={() => done(false)} okText={t('removal.go')} cancelText={t('common:cancel')} okButtonProps={{ danger: true, disabled: typed !== job.name, loading: busy }} onOk={() => void send()}>
      <p className="t13 i2">{t('removal.will', { made })}</p>
      <p className="t13 i2 im-rm-p">{t('removal.stays')}</p>
      <label className="im-rm-l" htmlFor="im-rm">{rich(t('removal.type', { name: job.name }), { b: s => <b>{s}</b> })}</label>
      <Input id="im-rm" value={typed} onChange={e => setTyped(e.target.value)} autoComplete="off" />
      {problem && <p className="bad t13" role="alert">{problem.message}</p>}
    </Modal>
  )
}
