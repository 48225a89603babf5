import type { ReactNode } from 'react'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../api/http'

/** A field of a form: errors of the server stand under it, in the server's words. */
type Props = { name: string; label: string; problem?: Problem; required?: boolean; help?: string; children: ReactNode }
export function Field({ name, label, problem, required, help, children }: Props) {
  const { t } = useTranslation('settings')
  const mine = problem?.field === name
  return (
    <Form.Item name={name} label={label} htmlFor={name} rules={required ? [{ required: true, whitespace: true, message: t('required', { name: label }) }] : undefined} validateTrigger="onBlur"
      extra={mine ? undefined : help} {...(mine ? { validateStatus: 'error' as const, help: problem.message } : {})}>
      {children}
    </Form.Item>
  )
}
