/* Pages of declared records: list, one, new, change. Which records a page holds stands in app/routes; everything else is declared by the server. */
import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../api/read'
import type { RecordInfo } from '../../api/types'
import { Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { Part, Rows } from '../../ui/states'
import { RecordForm } from './form'
import { RecordList } from './list'
import { api, nameOf, namesOf, useKinds, useRefs, type Row } from './model'
import { One } from './one'
import '../people/people.css'
import './records.css'

/** Address inside the console → the records it holds, the first one shown. */
const HOLDS: Record<string, string[]> = { channels: ['stores', 'campaigns'], service: ['test_drives', 'orders'], vehicles: ['vehicles'] }

export default function Records() {
  const { t, i18n } = useTranslation('records')
  const { may } = useSession()
  const base = useLocation().pathname.split('/')[1]
  const [path, id, deed] = (useParams()['*'] ?? '').split('/')
  const read = useKinds()
  const kinds = read.data?.items ?? []
  const mine = (HOLDS[base] ?? []).flatMap(p => kinds.filter(k => k.path === p && may(k.read)))
  const k = mine.find(x => x.path === path) ?? mine[0]
  if (!read.data || !k) return <Page h1 title={t(`place.${base}`)}><Part read={read} skeleton={<Rows n={8} />}>{() => <p className="i3">{t('closed')}</p>}</Part></Page>
  if (path && path !== k.path) return <Navigate to={`/${base}/${k.path}`} replace />
  const at = `/${base}/${k.path}`
  if (id === 'new') return <Form key={k.path} k={k} kinds={kinds} base={base} at={at} />
  if (id && deed === 'edit') return <Edit key={id} k={k} kinds={kinds} base={base} at={at} id={Number(id)} />
  if (id) return <One key={id} k={k} kinds={kinds} base={base} at={at} id={Number(id)} />
  const tabs = mine.length > 1 && (
    <nav className="row rt" aria-label={t('tabs')}>
      {mine.map(x => <Link key={x.path} to={`/${base}/${x.path}`} className={x === k ? 'on' : ''} aria-current={x === k ? 'page' : undefined}>{namesOf(x, i18n.language)}</Link>)}
    </nav>
  )
  return <RecordList key={k.path} k={k} kinds={kinds} at={at} title={t(`place.${base}`)} tabs={tabs} />
}

type Props = { k: RecordInfo; kinds: RecordInfo[]; base: string; at: string }
function Form({ k, kinds, base, at }: Props) {
  const { t, i18n } = useTranslation('records')
  const nav = useNavigate(), refs = useRefs(k, kinds)
  const title = t('add_this', { name: nameOf(k, i18n.language) })
  return <Page h1 title={title} group={t(`place.${base}`)} back={at}><RecordForm k={k} kinds={kinds} refs={refs} done={r => void nav(`${at}/${r.id}`)} cancel={() => void nav(at)} /></Page>
}
function Edit({ k, kinds, base, at, id }: Props & { id: number }) {
  const { t, i18n } = useTranslation('records')
  const nav = useNavigate(), refs = useRefs(k, kinds)
  const read = useRead<Row>(`${k.path} ${id}`, signal => api.get(k, id, signal))
  const back = () => void nav(`${at}/${id}`)
  return (
    <Page h1 title={t('change_this', { name: nameOf(k, i18n.language) })} group={t(`place.${base}`)} back={at}>
      <Part read={read}>{r => <RecordForm k={k} kinds={kinds} row={r} refs={refs} done={back} cancel={back} />}</Part>
    </Page>
  )
}
