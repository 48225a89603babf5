import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { Consents } from './consents'
import { Keys } from './keys'
import { People } from './staff'
import { Rules } from './rules'
import { Look } from './look'
import { Requests } from './requests'
import './settings.css'

const TABS = [
  { name: 'rules', perm: 'rule.read', screen: Rules }, { name: 'consents', perm: 'people.read', screen: Consents }, { name: 'keys', perm: 'admin', screen: Keys },
  { name: 'staff', perm: 'task.read', screen: People }, { name: 'privacy', perm: 'privacy', screen: Requests }, { name: 'look', perm: '', screen: Look },
]

export default function Settings() {
  const { t } = useTranslation('settings')
  const { may } = useSession()
  const at = useLocation().pathname.split('/')[2]
  const tabs = TABS.filter(x => !x.perm || may(x.perm))
  return (
    <Page title={t('title')}>
      <h1 className="sr">{t(`tab.${tabs.some(x => x.name === at) ? at : tabs[0].name}`)}</h1>
      <nav className="tabs" aria-label={t('title')}>{tabs.map(x => <NavLink key={x.name} to={`/settings/${x.name}`}>{t(`tab.${x.name}`)}</NavLink>)}</nav>
      <Routes>
        {tabs.map(x => <Route key={x.name} path={x.name} element={<x.screen />} />)}
        <Route path="*" element={<Navigate to={`/settings/${tabs[0].name}`} replace />} />
      </Routes>
    </Page>
  )
}
