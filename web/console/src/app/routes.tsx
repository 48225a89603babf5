/* A page is one chunk and one file of texts. The chunk of the address bar is asked for before React starts, others when the pointer rests. */
import { lazy, type ComponentType } from 'react'
import i18next from 'i18next'

type Load = () => Promise<{ default: ComponentType }>
export type PageRow = { path: string; texts: string; antd: boolean; load: Load }

const antd = () => import('../theme/antd')
export const pages: PageRow[] = [
  { path: '/overview', texts: 'overview', antd: false, load: () => import('../pages/overview/overview') },
  { path: '/people/import', texts: 'import', antd: true, load: () => import('../pages/import/import') },
  { path: '/people/:id', texts: 'person', antd: false, load: () => import('../pages/person/person') },
  { path: '/people', texts: 'people', antd: true, load: () => import('../pages/people/people') },
  { path: '/merges', texts: 'merges', antd: true, load: () => import('../pages/merges/merges') },
  { path: '/segments/*', texts: 'segments', antd: false, load: () => import('../pages/segments/segments') },
  { path: '/tasks', texts: 'tasks', antd: false, load: () => import('../pages/tasks/tasks') },
  { path: '/insight/events/*', texts: 'events', antd: true, load: () => import('../pages/events/events') },
  { path: '/insight/funnel', texts: 'insight', antd: false, load: () => import('../pages/insight/funnel') },
  { path: '/insight', texts: 'insight', antd: false, load: () => import('../pages/insight/insight') },
  { path: '/channels/*', texts: 'records', antd: true, load: () => import('../pages/records/records') },
  { path: '/service/*', texts: 'records', antd: true, load: () => import('../pages/records/records') },
  { path: '/vehicles/*', texts: 'records', antd: true, load: () => import('../pages/records/records') },
  { path: '/live', texts: 'live', antd: false, load: () => import('../pages/live/live') },
  { path: '/settings/rules/:id', texts: 'rule', antd: true, load: () => import('../pages/rule/rule') },
  { path: '/settings/*', texts: 'settings', antd: true, load: () => import('../pages/settings/settings') },
  { path: '/all', texts: 'common', antd: false, load: () => import('./all') },
  { path: '/kit', texts: 'kit', antd: true, load: () => import('../pages/kit/kit') },
]

/** The row of an address inside /console; Overview when there is none. */
export function pageAt(path: string): PageRow {
  return pages.find(p => {
    const fixed = p.path.replace(/\/(:id|\*)$/, '')
    return p.path.endsWith(':id') ? path.startsWith(fixed + '/') : path === fixed || path.startsWith(fixed + '/')
  }) ?? pages[0]
}
export function warmUp(path: string) {
  const p = pageAt(path)
  void p.load()
  if (p.antd) void antd()
  if (i18next.isInitialized) void i18next.loadNamespaces(p.texts)
}

export const screens = pages.map(p => ({
  path: p.path,
  Screen: lazy(async () => {
    const [page, frame] = await Promise.all([p.load(), p.antd ? antd() : undefined, i18next.loadNamespaces(p.texts)])
    const Body = page.default, Frame = frame?.default
    return { default: Frame ? () => <Frame><Body /></Frame> : Body }
  }),
}))
export const Login = lazy(async () => {
  const [page] = await Promise.all([import('../pages/login/login'), i18next.loadNamespaces('login')])
  return page
})
