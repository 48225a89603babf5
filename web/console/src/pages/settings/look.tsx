import { Button, Form, Input, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { usePrefs } from '../../app/prefs'
import { useSession } from '../../app/session'
import { Sec } from '../../ui'
import { toast } from '../../ui/toast'
import { Field } from './field'

export function Look() {
  const { t } = useTranslation('settings')
  const { mode, lang, setMode, setLang } = usePrefs()
  const { me, logout } = useSession()
  return (
    <div className="look">
      <Sec title={t('look.title')} note={t('look.note')}>
        <div className="pref"><span id="pref-lang">{t('look.lang')}</span><Segmented aria-labelledby="pref-lang" value={lang} onChange={v => setLang(v)} options={[{ value: 'zh' as const, label: t('look.zh') }, { value: 'en' as const, label: t('look.en') }]} /></div>
        <div className="pref"><span id="pref-mode">{t('look.mode')}</span><Segmented aria-labelledby="pref-mode" value={mode} onChange={v => setMode(v)} options={[{ value: 'light' as const, label: t('look.light') }, { value: 'dark' as const, label: t('look.dark') }]} /></div>
      </Sec>
      {me && <Password id={me.staff} />}
      <Sec title={t('look.me')} note={me && `${me.login} · ${t(`role.${me.role}`)}`}><Button onClick={() => void logout()}>{t('common:nav.logout')}</Button></Sec>
    </div>
  )
}

function Password({ id }: { id: number }) {
  const { t } = useTranslation('settings')
  const [form] = Form.useForm<{ old: string; password: string }>()
  const { busy, problem, run } = useDeed()
  const send = (v: { old: string; password: string }) => run(async () => {
    await ly.admin.post_staff_by_id_password(id, v)
    form.resetFields()
    toast(t('look.password_done'))
  })
  return (
    <Sec title={t('look.password')} note={t('look.password_note')}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={v => void send(v)}>
        <Field name="old" label={t('look.old')} problem={problem} required><Input.Password id="old" maxLength={128} autoComplete="current-password" /></Field>
        <Field name="password" label={t('look.new')} problem={problem} required help={t('staff.password_help')}><Input.Password id="password" maxLength={128} autoComplete="new-password" /></Field>
        {problem && !problem.field && <p className="bad t13 gap" role="alert">{problem.message}</p>}
        <Button htmlType="submit" loading={busy}>{t('look.password_go')}</Button>
      </Form>
    </Sec>
  )
}
