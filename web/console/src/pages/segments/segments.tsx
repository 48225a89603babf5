import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../app/shell'
import { Classes } from './classes'
import { Offers } from './offers'
import { Owners } from './owners'
import { Tags } from './tags'
import { Tiers } from './tiers'
import './segments.css'

const TABS = [{ name: 'tags', screen: Tags }, { name: 'classes', screen: Classes }, { name: 'tiers', screen: Tiers }, { name: 'offers', screen: Offers }, { name: 'owners', screen: Owners }]

export default function Segments() {
  const { t } = useTranslation('segments')
  const at = useLocation().pathname.split('/')[2]
  return (
    <Page title={t('title')}>
      <h1 className="sr">{t(`tab.${TABS.some(x => x.name === at) ? at : TABS[0].name}`)}</h1>
      <nav className="tabs" aria-label={t('title')}>{TABS.map(x => <NavLink key={x.name} to={`/segments/${x.name}`}>{t(`tab.${x.name}`)}</NavLink>)}</nav>
      <Routes>
        {TABS.map(x => <Route key={x.name} path={x.name} element={<x.screen />} />)}
        <Route path="*" element={<Navigate to={`/segments/${TABS[0].name}`} replace />} />
      </Routes>
    </Page>
  )
}
