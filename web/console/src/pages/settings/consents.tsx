import { useState } from 'react'
import { Button, Form, Input, Modal, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { ConsentText, ConsentTextNew, PurposeNew, PurposeView } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Part, Rows } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Field } from './field'

/** What people are asked to agree to, and the words of it. */
export function Consents() {
  const { t, i18n } = useTranslation('settings')
  const f = useFormat()
  const { may } = useSession()
  const read = useRead('purposes', signal => ly.profile.get_consent_purposes({ signal }))
  const texts = useRead('consent-texts', signal => ly.profile.get_consent_texts({}, { signal }))
  const [open, setOpen] = useState<PurposeView>(), [purpose, setPurpose] = useState<PurposeView | 'new'>()
  const of = (k: string): ConsentText | undefined => texts.data?.items.find(x => x.purpose === k)
  return (
    <Sec title={t('tab.consents')} note={t('consents.note')} act={may('admin') && <Button size="small" onClick={() => setPurpose('new')}>{t('consents.new')}</Button>}>
      <Part read={read} name={t('tab.consents')} skeleton={<Rows n={8} />}>
        {d => (
          <ul className="rowed cs">
            {d.items.map(p => {
              const x = of(p.key)
              return (
                <li key={p.key}>
                  <div className="sp"><b className="m">{i18n.language === 'zh' ? p.zh : p.en}</b> <span className="mono i3">{p.key}</span>{p.named && <span className="i3 t12"> · {t('consents.named')}</span>}
                    <p className="t12 i3">{x ? <>{t('consents.text', { version: x.version, when: f.date(x.at) })} · <span title={x.hash} className="mono">{x.hash.slice(0, 8)}</span> · {i18n.language === 'zh' ? x.zh : x.en}</> : t('consents.no_text')}</p></div>
                  <span className="t12 i3 num nw">{t('consents.given', { n: p.given })}</span>
                  {may('admin') && p.own && <Button size="small" type="text" onClick={() => setPurpose(p)}>{t('consents.edit')}</Button>}
                  {may('admin') && <Button size="small" onClick={() => setOpen(p)}>{t('consents.add')}</Button>}
                </li>
              )
            })}
          </ul>
        )}
      </Part>
      {open && <TextForm p={open} done={kept => { setOpen(undefined); if (kept) { texts.again(); read.again() } }} />}
      {purpose && <PurposeForm was={purpose === 'new' ? undefined : purpose} done={kept => { setPurpose(undefined); if (kept) read.again() }} />}
    </Sec>
  )
}

/** A new purpose, or other names for one of the brand's own: its key, and whether it names a company, are for life. */
function PurposeForm({ was, done }: { was?: PurposeView; done: (kept: boolean) => void }) {
  const { t, i18n } = useTranslation('settings')
  const [form] = Form.useForm<PurposeNew>()
  const { busy, problem, run } = useDeed()
  const send = ({ key, named, ...v }: PurposeNew) => run(async again => {
    if (was) await ly.profile.patch_consent_purposes_by_key(was.key, v)
    else await ly.profile.post_consent_purposes({ key: key.trim(), named, ...v }, { key: again })
    toast(t('consents.saved'))
    done(true)
  })
  const shown = problem?.field && ['key', 'zh', 'en'].includes(problem.field)
  return (
    <Modal open title={was ? t('consents.edit_title', { name: i18n.language === 'zh' ? was.zh : was.en }) : t('consents.new_title')} width={480} onCancel={() => done(false)}
      footer={[<Button key="s" type="primary" loading={busy} onClick={() => form.submit()}>{t('consents.save')}</Button>]}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={was ? { zh: was.zh, en: was.en, channel: was.channel } : { channel: false, named: false }} onFinish={v => void send(v)}>
        {!was && <Field name="key" label={t('consents.key')} problem={problem} help={t('consents.key_help')} required><Input id="key" maxLength={20} autoComplete="off" /></Field>}
        <Field name="zh" label={t('consents.name_zh')} problem={problem} required><Input id="zh" maxLength={60} autoComplete="off" /></Field>
        <Field name="en" label={t('consents.name_en')} problem={problem} required><Input id="en" maxLength={60} autoComplete="off" /></Field>
        <Form.Item name="channel" label={t('consents.channel')} htmlFor="channel" valuePropName="checked" extra={t('consents.channel_help')}><Switch id="channel" /></Form.Item>
        {!was && <Form.Item name="named" label={t('consents.is_named')} htmlFor="named" valuePropName="checked" extra={t('consents.named_help')}><Switch id="named" /></Form.Item>}
        {problem && !shown && <p className="bad t13" role="alert">{problem.message}</p>}
      </Form>
    </Modal>
  )
}

function TextForm({ p, done }: { p: PurposeView; done: (kept: boolean) => void }) {
  const { t, i18n } = useTranslation('settings')
  const [form] = Form.useForm<Omit<ConsentTextNew, 'purpose'>>()
  const { busy, problem, run } = useDeed()
  const send = (v: Omit<ConsentTextNew, 'purpose'>) => run(async () => {
    await ly.profile.post_consent_texts({ purpose: p.key, ...v })
    toast(t('consents.kept'))
    done(true)
  })
  return (
    <Modal open title={t('consents.title', { name: i18n.language === 'zh' ? p.zh : p.en })} width={560} onCancel={() => done(false)}
      footer={[<Button key="s" type="primary" loading={busy} onClick={() => form.submit()}>{t('consents.keep')}</Button>]}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={v => void send(v)}>
        <Field name="version" label={t('consents.version')} problem={problem} help={t('consents.for_life')} required><Input id="version" maxLength={40} autoComplete="off" /></Field>
        <Field name="zh" label={t('consents.zh')} problem={problem} required><Input.TextArea id="zh" maxLength={4000} autoSize={{ minRows: 3, maxRows: 10 }} /></Field>
        <Field name="en" label={t('consents.en')} problem={problem} required><Input.TextArea id="en" maxLength={4000} autoSize={{ minRows: 3, maxRows: 10 }} /></Field>
        {problem && !problem.field && <p className="bad t13" role="alert">{problem.message}</p>}
      </Form>
    </Modal>
  )
}
