import { useState } from 'react'
import { Button, Form, Input, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { ConsentText, ConsentTextNew, PurposeView } from '../../api/types'
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
  const [open, setOpen] = useState<PurposeView>()
  const of = (k: string): ConsentText | undefined => texts.data?.items.find(x => x.purpose === k)
  return (
    <Sec title={t('tab.consents')} note={t('consents.note')}>
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
                  {may('admin') && <Button size="small" onClick={() => setOpen(p)}>{t('consents.add')}</Button>}
                </li>
              )
            })}
          </ul>
        )}
      </Part>
      {open && <TextForm p={open} done={kept => { setOpen(undefined); if (kept) { texts.again(); read.again() } }} />}
    </Sec>
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
