/* What stands side by side under insight. */
import { NavLink } from 'react-router'
import { useTranslation } from 'react-i18next'

export function Tabs() {
  const { t } = useTranslation('insight')
  return <nav className="tabs" aria-label={t('title')}><NavLink to="/insight" end>{t('tab_questions')}</NavLink><NavLink to="/insight/funnel">{t('tab_funnel')}</NavLink><NavLink to="/insight/events/registry">{t('tab_events')}</NavLink></nav>
}
