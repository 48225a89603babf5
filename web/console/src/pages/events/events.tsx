/* What arrives and what it should be: the registry of events, what waits in quarantine, and the health of each source. */
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../app/shell'
import { Registry } from './registry'
import { Quarantine } from './quarantine'
import { Sources } from './sources'
import './events.css'

const TABS = [{ name: 'registry', screen: Registry }, { name: 'quarantine', screen: Quarantine }, { name: 'sources', screen: Sources }]

export default function Events() {
  const { t } = useTranslation('events')
  const at = useLocation().pathname.split('/')[3]
  return (
    <Page title={t('title')}>
      <h1 className="sr">{t(`tab.${TABS.some(x => x.name === at) ? at : TABS[0].name}`)}</h1>
      <nav className="tabs" aria-label={t('title')}><NavLink to="/insight" end>{t('tab.questions')}</NavLink><NavLink to="/insight/funnel">{t('tab.funnel')}</NavLink>{TABS.map(x => <NavLink key={x.name} to={`/insight/events/${x.name}`}>{t(`tab.${x.name}`)}</NavLink>)}</nav>
      <Routes>
        {TABS.map(x => <Route key={x.name} path={x.name} element={<x.screen />} />)}
        <Route path="*" element={<Navigate to="/insight/events/registry" replace />} />
      </Routes>
    </Page>
  )
}
