/* Copies of the brand: which are older than an erasure, by when they have to be gone, and what only people can delete. */
import { useState } from 'react'
import { Button, Modal, Switch } from 'antd'
import { HardDrive } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { CopyView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Empty, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const TONE = { kept: '', due: 'warn', overdue: 'bad', deleted: 'line', gone: 'line' } as const

export function Copies() {
  const { t } = useTranslation('settings')
  const read = useRead('copies', signal => ly.privacy.get_privacy_copies({ signal }), 60_000)
  const [gone, setGone] = useState<CopyView>()
  const { busy, run } = useDeed(true)
  const set = (deletes: boolean) => run(async () => { await ly.privacy.put_privacy_copies({ deletes }); read.again() })
  return (
    <Sec title={t('copies.title')} note={t('copies.note')}>
      <Part read={read} name={t('copies.title')} skeleton={<Lines n={2} height={48} />}>
        {d => (
          <>
            <div className="pref"><span id="cp-del">{t('copies.deletes')}<span className="t12 i3 cp-n">{t(d.deletes ? 'copies.will' : 'copies.only_told')}</span></span>
              <Switch aria-labelledby="cp-del" checked={d.deletes} loading={busy} onChange={v => void set(v)} /></div>
            {d.items.length === 0 ? <Empty title={t('copies.none')} text={t('copies.none_text')} /> : <ul className="rowed">{d.items.map(c => <Row key={c.id} c={c} say={() => setGone(c)} />)}</ul>}
          </>
        )}
      </Part>
      {gone && <Gone c={gone} done={kept => { setGone(undefined); if (kept) read.again() }} />}
    </Sec>
  )
}

function Row({ c, say }: { c: CopyView; say: () => void }) {
  const { t } = useTranslation('settings')
  const f = useFormat(), ended = c.state === 'deleted' || c.state === 'gone'
  const says = [t('copies.made', { when: f.when(c.made) }), c.due && t('copies.due', { when: f.date(c.due) }), !c.here && !ended && t('copies.elsewhere'),
    ended && c.ended && t(`copies.${c.state}`, { when: f.when(c.ended), name: c.ended_by ?? '' })].filter(Boolean)
  const chip = <span className={`chip ${TONE[c.state]}`}>{t(`copies.state.${c.state}`)}</span>
  return (
    <li className={ended ? 'gone' : ''}>
      <HardDrive size={16} strokeWidth={1.6} className="i3" aria-hidden />
      <div className="sp"><b className="m cp-p">{c.path}</b><p className="t12 i3">{says.join(' · ')}</p></div>
      {!ended && !c.here ? <span className="pv-a"><Button size="small" onClick={say}>{t('copies.say')}</Button>{chip}</span> : chip}
    </li>
  )
}

function Gone({ c, done }: { c: CopyView; done: (kept: boolean) => void }) {
  const { t } = useTranslation('settings')
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => {
    await ly.privacy.patch_privacy_copies_by_id(c.id, { gone: true }, c.version)
    toast(t('copies.noted'))
    done(true)
  })
  return (
    <Modal open title={t('copies.say')} width={480} onCancel={() => done(false)} cancelText={t('common:cancel')} okText={t('copies.say')} okButtonProps={{ loading: busy }} onOk={() => void send()}>
      <p className="t13 i2">{t('copies.sure')}</p>
      <p className="t13 cp-p">{c.path}</p>
      {problem && <p className="bad t13" role="alert">{problem.message}</p>}
    </Modal>
  )
}
