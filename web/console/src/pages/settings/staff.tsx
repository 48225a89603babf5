import { useState } from 'react'
import { Button, Form, Input, Modal, Select } from 'antd'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { ROLES, type Role, type StaffView } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Avatar, Sec } from '../../ui'
import { Part, Rows } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Field } from './field'

export function People() {
  const { t } = useTranslation('settings')
  const f = useFormat()
  const { may, me } = useSession()
  const read = useRead('staff', signal => ly.admin.get_staff({ signal }))
  const [open, setOpen] = useState<StaffView | 'new'>()
  const put = (s: StaffView) => { setOpen(undefined); read.set(old => ({ items: old.items.some(x => x.id === s.id) ? old.items.map(x => (x.id === s.id ? s : x)) : [...old.items, s] })) }
  return (
    <Sec title={t('tab.staff')} note={t('staff.note')} act={may('admin') && <Button type="primary" icon={<Plus size={14} strokeWidth={2} aria-hidden />} onClick={() => setOpen('new')}>{t('staff.add')}</Button>}>
      <Part read={read} name={t('tab.staff')} skeleton={<Rows n={4} />}>
        {d => (
          <ul className="rowed">
            {d.items.map(s => (
              <li key={s.id} className={s.state === 'closed' ? 'gone' : ''}>
                <Avatar name={s.name} size={32} />
                <div className="sp"><b className="m">{s.name}</b>{s.id === me?.staff && <span className="i3"> · {t('staff.you')}</span>}<p className="t12 i3">{s.login} · {t(`role.${s.role}`)} · {t('keys.since', { when: f.date(s.created) })}</p></div>
                {s.state === 'closed' && <span className="chip">{t('staff.closed')}</span>}
                {may('admin') && <Button size="small" onClick={() => setOpen(s)}>{t('staff.change')}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Part>
      {open === 'new' && <Add done={s => (s ? put(s) : setOpen(undefined))} />}
      {open && open !== 'new' && <Change s={open} done={s => (s ? put(s) : setOpen(undefined))} />}
    </Sec>
  )
}

const roleOptions = (t: (k: string) => string) => ROLES.map(r => ({ value: r, label: t(`role.${r}`) }))

function Add({ done }: { done: (s?: StaffView) => void }) {
  const { t } = useTranslation('settings')
  const [form] = Form.useForm<{ login: string; name: string; role: Role; password: string }>()
  const { busy, problem, run } = useDeed()
  const send = (v: { login: string; name: string; role: Role; password: string }) => run(async () => { done(await ly.admin.post_staff(v)) })
  return (
    <Modal open title={t('staff.add')} width={480} onCancel={() => done()} okText={t('staff.add')} cancelText={t('common:cancel')} confirmLoading={busy} onOk={() => form.submit()}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ role: 'lead_agent' }} onFinish={v => void send(v)}>
        <Field name="name" label={t('staff.name')} problem={problem} required><Input id="name" maxLength={60} autoFocus autoComplete="off" /></Field>
        <Field name="login" label={t('staff.login')} problem={problem} required help={t('staff.login_help')}><Input id="login" maxLength={60} autoComplete="off" /></Field>
        <Field name="role" label={t('staff.role')} problem={problem}><Select id="role" options={roleOptions(t as never)} /></Field>
        <Field name="password" label={t('staff.password')} problem={problem} required help={t('staff.password_help')}><Input.Password id="password" maxLength={128} autoComplete="new-password" /></Field>
        {problem && !problem.field && <p className="bad t13" role="alert">{problem.message}</p>}
      </Form>
    </Modal>
  )
}

function Change({ s, done }: { s: StaffView; done: (s?: StaffView) => void }) {
  const { t } = useTranslation('settings')
  const [form] = Form.useForm<{ name: string; role: Role }>()
  const { busy, problem, run } = useDeed()
  const send = (body: Partial<{ name: string; role: Role; state: StaffView['state'] }>) => run(async () => {
    const a = await ly.admin.patch_staff_by_id(s.id, body, s.version)
    toast(t('staff.changed', { name: a.name }))
    done(a)
  })
  const closed = s.state === 'closed'
  return (
    <Modal open title={t('staff.change_title', { name: s.name })} width={480} onCancel={() => done()} footer={[
      <Button key="c" danger={!closed} disabled={busy} onClick={() => void send({ state: closed ? 'active' : 'closed' })}>{t(closed ? 'staff.reopen' : 'staff.close')}</Button>,
      <Button key="s" type="primary" loading={busy} onClick={() => form.submit()}>{t('staff.save')}</Button>]}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={s} onFinish={v => void send({ name: v.name, role: v.role })}>
        <Field name="name" label={t('staff.name')} problem={problem} required><Input id="name" maxLength={60} autoComplete="off" /></Field>
        <Field name="role" label={t('staff.role')} problem={problem} help={t('staff.role_help')}><Select id="role" options={roleOptions(t as never)} /></Field>
        {problem && !problem.field && <p className="bad t13" role="alert">{problem.message}</p>}
      </Form>
    </Modal>
  )
}
