/* Every page one may open, for phones, whose bar has room for five. */
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ChevronRight, LogOut, Settings2 } from 'lucide-react'
import { NAV, Page } from './shell'
import { useSession } from './session'

export default function All() {
  const { t } = useTranslation('common')
  const { me, may, logout } = useSession()
  const groups = NAV.map(g => ({ ...g, items: g.items.filter(i => may(i.perm)) })).filter(g => g.items.length)
  return (
    <Page h1 title={t('nav.short.all')}>
      <nav aria-label={t('nav.short.all')} className="all">
        {groups.map(g => (
          <section key={g.group}>
            <h2>{t(`nav.group.${g.group}`)}</h2>
            {g.items.map(i => <Row key={i.to} to={i.to} name={t(`nav.${i.name}`)} icon={<i.icon size={20} strokeWidth={1.5} aria-hidden />} />)}
          </section>
        ))}
        <section>
          <h2>{me?.name}</h2>
          <Row to="/settings" name={t('nav.settings')} icon={<Settings2 size={20} strokeWidth={1.5} aria-hidden />} />
          <button type="button" className="all-r" onClick={() => void logout()}><LogOut size={20} strokeWidth={1.5} aria-hidden /><span className="sp">{t('nav.logout')}</span></button>
        </section>
      </nav>
    </Page>
  )
}

function Row({ to, name, icon }: { to: string; name: string; icon: React.ReactNode }) {
  return <Link className="all-r" to={to}>{icon}<span className="sp">{name}</span><ChevronRight size={16} strokeWidth={1.6} aria-hidden /></Link>
}
