import { NavLink } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session'

const TABS = [{ to: '/people', name: 'all', perm: 'people.read' }, { to: '/people/import', name: 'import', perm: 'import' }]

/** The pages about people; nothing when only one of them is open to the reader. */
export function PeopleTabs() {
  const { t } = useTranslation('common')
  const { may } = useSession()
  const tabs = TABS.filter(x => may(x.perm))
  if (tabs.length < 2) return null
  return <nav className="tabs" aria-label={t('nav.people')}>{tabs.map(x => <NavLink key={x.to} to={x.to} end>{t(`people_tab.${x.name}`)}</NavLink>)}</nav>
}
