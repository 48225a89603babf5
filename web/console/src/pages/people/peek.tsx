import { Drawer } from 'antd'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import type { PersonRow } from '../../api/types'
import { useFormat } from '../../text/format'
import { Avatar, Clock, N, Stage, useNow, usePersonName } from '../../ui'
import { Masked } from '../../ui/masked'
import { isWarm, useEventName } from '../../ui/rings'
import { Lines, Part } from '../../ui/states'

/** A look at one person without leaving the list; the row stays tinted, J and K walk on. */
export function Peek({ row, close }: { row?: PersonRow; close: () => void }) {
  const { t } = useTranslation('people')
  const nameOf = usePersonName()
  return (
    <Drawer open={!!row} onClose={close} size={420} mask={false} classNames={{ body: 'pk' }} closable={{ 'aria-label': t('common:close') }}
      title={row && <span className="row"><Avatar name={row.name} size={32} /><span className="col"><span>{nameOf(row)}</span><span className="t12 i3 pk-s">{[row.city, row.model].filter(Boolean).join(' · ')}</span></span></span>}
      extra={row && <Link className="btn sm" to={`/people/${row.id}`}>{t('open')}</Link>}
      footer={<span className="t12 i3"><span className="kbd">J</span> <span className="kbd">K</span> {t('walk')}</span>}>
      {row && <Body key={row.id} row={row} />}
    </Drawer>
  )
}

function Body({ row }: { row: PersonRow }) {
  const { t, i18n } = useTranslation('people')
  const f = useFormat(), now = useNow(), eventName = useEventName(), tagName = useTagName()
  const person = useRead(`p${row.id}`, signal => ly.people.get_people_by_id(row.id, { signal }))
  const tasks = useRead(`t${row.id}`, signal => ly.task.get_tasks({ person: row.id, limit: 5 }, { signal }))
  const line = useRead(`l${row.id}`, signal => ly.people.get_people_by_id_timeline(row.id, { limit: 6 }, { signal }))
  return (
    <>
      <dl>
        <div><dt>{t('col.stage')}</dt><dd><Stage stage={row.stage} /></dd></div>
        {person.data?.contacts.filter(c => c.kind !== 'name').map(c => <div key={c.id}><dt>{t(`common:personal.${c.kind}`)}</dt><dd><Masked person={row.id} kind={c.kind} masked={c.masked} /></dd></div>)}
        {row.source && <div><dt>{t('col.source')}</dt><dd>{row.source}</dd></div>}
        {person.data?.balances.map(b => <div key={b.unit}><dt>{t(`unit.${b.unit}`, { defaultValue: b.unit })}</dt><dd><N v={b.amount} exact /></dd></div>)}
        {row.tags.length > 0 && <div><dt>{t('col.tags')}</dt><dd className="row wrap">{row.tags.map(x => <span key={x} className="chip">{tagName(x)}</span>)}</dd></div>}
      </dl>
      <h2>{t('peek.tasks')}</h2>
      <Part read={tasks} skeleton={<Lines n={1} />}>{d => (d.items.length === 0 ? <p className="i3">{t('peek.no_tasks')}</p>
        : <ul className="pk-t">{d.items.map(x => <li key={x.id}><Clock opened={x.opened} due={x.due} closed={x.closed} now={now} /><Link to={`/tasks?id=${x.id}`} className="el">{i18n.language === 'zh' ? x.title_zh : x.title_en}</Link></li>)}</ul>)}</Part>
      <h2>{t('peek.lately')}</h2>
      <Part read={line} skeleton={<Lines n={4} />}>{d => (d.items.length === 0 ? <p className="i3">{t('peek.no_events')}</p>
        : <ul className="pk-l">{d.items.map(e => <li key={e.no} className={isWarm(e.kind) ? 'warm' : ''}><time className="t12 i3 num" dateTime={e.at} title={f.exact(e.at)}>{f.when(e.at)}</time><i aria-hidden />{eventName(e)}</li>)}</ul>)}</Part>
    </>
  )
}
