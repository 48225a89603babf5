import { useState } from 'react'
import { Button, Form, Input, Modal, Select } from 'antd'
import { Copy, KeyRound, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { EFFECTS, SCOPES, type KeyMade, type KeyView } from '../../api/types'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { Empty, IconButton, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Field } from './field'

export function Keys() {
  const { t } = useTranslation('settings')
  const read = useRead('keys', signal => ly.admin.get_keys({ signal }))
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<KeyView>()
  return (
    <Sec title={t('tab.keys')} note={t('keys.note')} act={<Button type="primary" icon={<Plus size={14} strokeWidth={2} aria-hidden />} onClick={() => setMaking(true)}>{t('keys.make')}</Button>}>
      <Part read={read} name={t('tab.keys')} skeleton={<Lines n={4} height={36} />}>
        {d => (d.items.length === 0 ? <Empty title={t('keys.none')} text={t('keys.none_text')} /> : <Table keys={d.items} end={setEnding} />)}
      </Part>
      {making && <Make done={made => { setMaking(false); if (made) read.again() }} />}
      {ending && <End k={ending} done={gone => { setEnding(undefined); if (gone) read.again() }} />}
    </Sec>
  )
}

function Table({ keys, end }: { keys: KeyView[]; end: (k: KeyView) => void }) {
  const { t } = useTranslation('settings')
  const f = useFormat()
  return (
    <ul className="rowed">
      {keys.map(k => (
        <li key={k.id} className={k.revoked ? 'gone' : ''}>
          <KeyRound size={16} strokeWidth={1.6} className="i3" aria-hidden />
          <div className="sp"><b className="m">{k.name}</b><span className="mono i3"> ••••{k.tail}</span>
            <p className="t12 i3">{t(`scope.${k.scope}`)}{k.scope === 'ingest' && <> · {t('keys.source', { n: k.source })} · {t(`effects.${k.effects}`)}</>} · {t('keys.since', { when: f.date(k.created) })}</p></div>
          {k.revoked ? <span className="chip">{t('keys.revoked', { when: f.date(k.revoked) })}</span> : <Button size="small" danger onClick={() => end(k)}>{t('keys.revoke')}</Button>}
        </li>
      ))}
    </ul>
  )
}

type Values = { name: string; scope: KeyView['scope']; effects: KeyView['effects'] }
function Make({ done }: { done: (made: boolean) => void }) {
  const { t } = useTranslation('settings')
  const [form] = Form.useForm<Values>()
  const scope = Form.useWatch('scope', form) ?? 'ingest'
  const [made, setMade] = useState<KeyMade>()
  const { busy, problem, run } = useDeed()
  const send = (v: Values) => run(async () => {
    setMade(await ly.admin.post_keys({ name: v.name.trim(), scope: v.scope, ...(v.scope === 'ingest' ? { effects: v.effects } : {}) }))
  })
  if (made) {
    const copy = () => { void navigator.clipboard?.writeText(made.key).then(() => toast(t('keys.copied'))) }
    return (
      <Modal open title={t('keys.made', { name: made.about.name })} width={520} closable={false} maskClosable={false} footer={<Button type="primary" onClick={() => done(true)}>{t('keys.kept')}</Button>}>
        <p className="t13 i2">{t('keys.once')}</p>
        <div className="code"><pre tabIndex={0}><code id="new-key">{made.key}</code></pre><IconButton label={t('keys.copy')} className="tip-l" onClick={copy}><Copy size={15} strokeWidth={1.6} /></IconButton></div>
        {made.about.scope === 'ingest' && <><p className="t13 i2 gap">{t('keys.use')}</p><div className="code"><pre tabIndex={0}><code>{`analytics.load("${made.key}", {\n  apiHost: "${location.host}/v1"\n})`}</code></pre></div></>}
      </Modal>
    )
  }
  return (
    <Modal open title={t('keys.make')} width={480} onCancel={() => done(false)} okText={t('keys.make')} cancelText={t('common:cancel')} confirmLoading={busy} onOk={() => form.submit()}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ scope: 'ingest', effects: 'all' }} onFinish={v => void send(v)}>
        <Field name="name" label={t('keys.name')} problem={problem} required><Input id="name" maxLength={60} autoFocus placeholder={t('keys.name_hint')} /></Field>
        <Field name="scope" label={t('keys.scope')} problem={problem}><Select id="scope" options={SCOPES.map(s => ({ value: s, label: t(`scope.${s}`) }))} /></Field>
        {scope === 'ingest' && <Field name="effects" label={t('keys.effects')} problem={problem} help={t('keys.effects_help')}><Select id="effects" options={EFFECTS.map(s => ({ value: s, label: t(`effects.${s}`) }))} /></Field>}
        {problem && !problem.field && <p className="bad t13" role="alert">{problem.message}</p>}
      </Form>
    </Modal>
  )
}

function End({ k, done }: { k: KeyView; done: (gone: boolean) => void }) {
  const { t } = useTranslation('settings')
  const [typed, setTyped] = useState('')
  const { busy, run } = useDeed(true)
  const send = () => run(async () => { await ly.admin.delete_keys_by_id(k.id); done(true) })
  return (
    <Modal open title={t('keys.end_title', { name: k.name })} width={480} onCancel={() => done(false)} okText={t('keys.end_go')} cancelText={t('common:cancel')} okButtonProps={{ danger: true, disabled: typed !== k.name, loading: busy }} onOk={() => void send()}>
      <p className="t13 i2">{t(`keys.end_${k.scope === 'ingest' ? 'ingest' : 'api'}`)}</p>
      <label className="lb" htmlFor="end-name">{rich(t('keys.end_type', { name: k.name }), { b: s => <b>{s}</b> })}</label>
      <Input id="end-name" value={typed} onChange={e => setTyped(e.target.value)} />
    </Modal>
  )
}
