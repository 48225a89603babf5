import { useMemo } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { usePages } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import { useTiers } from '../../api/tier_names'
import type { PeoplePage, PersonRow } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Avatar, Empty, N, Stage, useKeys, useNarrow, usePersonName } from '../../ui'
import { List, type Column } from '../../ui/list'
import { Part, Rows } from '../../ui/states'
import { Filters, useFilters } from './filters'
import { Peek } from './peek'
import { PeopleTabs } from './tabs'
import './people.css'

export default function People() {
  const { t } = useTranslation('people')
  const narrow = useNarrow(), nav = useNavigate(), f = useFormat()
  const filters = useFilters()
  const query = filters.query
  const pages = usePages<PersonRow, PeoplePage>(JSON.stringify(query), (cursor, signal) => ly.people.get_people({ ...query, cursor }, { signal }))
  const [params, setParams] = useSearchParams()
  const rows = pages.data?.items ?? []
  const at = rows.findIndex(r => r.id === Number(params.get('peek')))
  const peek = (r?: PersonRow) => setParams(p => { const q = new URLSearchParams(p); if (r) q.set('peek', String(r.id)); else q.delete('peek'); return q }, { replace: true })
  useKeys({
    j: () => rows.length && peek(rows[Math.min(rows.length - 1, at + 1)]),
    k: () => rows.length && peek(rows[Math.max(0, at - 1)]),
    Enter: () => { if (at >= 0) void nav(`/people/${rows[at].id}`) },
    '/': () => document.getElementById('people-q')?.focus(),
  })
  const columns = useColumns()
  const total = pages.data?.total ?? 0
  return (
    <Page h1 title={t('title')} sub={<Fresh at={pages.at} ms={pages.ms} />} scope={<Link to="/merges" className="lnk">{t('merges')}</Link>}>
      <PeopleTabs />
      <Filters filters={filters} />
      <Part read={pages} skeleton={<Rows n={10} />}>
        {d => (rows.length === 0 ? <Nobody filters={filters} /> : (
          <>
            <p className="cnt" role="status">{rich(t(d.more_than_total ? 'count_over' : filters.any ? 'count_some' : 'count', { n: total, shown: f.full(total) }), { n: () => <b><N v={total} exact /></b> })}</p>
            <List pages={pages} rows={rows} columns={columns} rowKey={r => r.id} label={t('title')} current={at >= 0 ? rows[at].id : undefined}
              onPeek={peek} card={r => <Card r={r} />} />
          </>
        ))}
      </Part>
      {!narrow && <Peek row={at >= 0 ? rows[at] : undefined} close={() => peek()} />}
    </Page>
  )
}

function useColumns(): Column<PersonRow>[] {
  const { t } = useTranslation('people')
  const f = useFormat(), nameOf = usePersonName()
  const dash = <span className="i3" aria-label={t('common:none')}>–</span>
  return useMemo<Column<PersonRow>[]>(() => [
    { key: 'name', title: t('col.person'), cell: r => <span className="nm"><Avatar name={r.name} /><span className="el"><Link to={`/people/${r.id}`} className="el">{nameOf(r)}</Link><small className="num">{r.name ? r.phone ?? `#${r.id}` : `#${r.id}`}</small></span></span> },
    { key: 'stage', title: t('col.stage'), width: 190, cell: r => <span className="row"><Stage stage={r.stage} /><Levels tiers={r.tiers} /></span> },
    { key: 'city', title: t('col.city'), width: 150, cell: r => (r.city || r.model ? <>{r.city}{r.model && <span className="i3"> {r.model}</span>}</> : dash) },
    { key: 'tags', title: t('col.tags'), hide: 'wide', cell: r => (r.tags.length ? <Tags tags={r.tags} /> : dash) },
    { key: 'source', title: t('col.source'), width: 150, hide: 'wide', cell: r => (r.source ? <span className="i2 el cut">{r.source}</span> : dash) },
    { key: 'created', title: t('col.created'), width: 110, hide: 'wide', cell: r => <span className="i2" title={f.exact(r.created)}>{f.date(r.created)}</span> },
    { key: 'seen', title: t('col.seen'), width: 120, cell: r => <span className="i2" title={f.exact(r.seen)}>{f.when(r.seen)}</span> },
  ], [t, f])      // eslint-disable-line
}
/** The level alone; the ladder's and the level's names on resting. */
function Levels({ tiers }: { tiers: string[] }) {
  const { name } = useTiers()
  return <>{tiers.map(x => { const n = name(x); return <span key={x} className="chip line" title={`${n.ladder} · ${n.level}`}>{n.key}<span className="sr"> {n.ladder} {n.level}</span></span> })}</>
}
function Tags({ tags }: { tags: string[] }) {
  const tagName = useTagName()
  return <span className="row tags">{tags.slice(0, 2).map(x => <span key={x} className="chip el">{tagName(x)}</span>)}{tags.length > 2 && <span className="t12 i3">+{tags.length - 2}</span>}</span>
}
function Card({ r }: { r: PersonRow }) {
  const f = useFormat(), nameOf = usePersonName()
  return (
    <Link to={`/people/${r.id}`} className="card">
      <Avatar name={r.name} size={36} />
      <span className="sp col">
        <span className="row"><b className="m el">{nameOf(r)}</b><span className="sp" /><span className="t12 i3 nw">{f.when(r.seen)}</span></span>
        <span className="row t13 i2"><Stage stage={r.stage} /><Levels tiers={r.tiers} />{r.city && <span className="el">{r.city}</span>}{r.model && <span className="el">{r.model}</span>}</span>
        {r.tags.length > 0 && <Tags tags={r.tags} />}
      </span>
    </Link>
  )
}

/** Nobody: because nobody is there yet, or because a condition says so; then it is named. */
function Nobody({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const { t } = useTranslation('people')
  if (!filters.any) return <Empty title={t('empty.title')} text={t('empty.text')}><Link to="/overview" className="btn">{t('empty.how')}</Link></Empty>
  const last = filters.conditions[filters.conditions.length - 1]
  return (
    <Empty art={false} title={t('empty.filtered', { n: filters.conditions.length })} text={filters.query.q ? t('empty.q') : undefined}>
      {last && <button type="button" className="btn" onClick={() => filters.put(last.key, undefined)}>{t('empty.drop', { name: t(`field.${last.key}`) })}</button>}
    </Empty>
  )
}
