import { useTranslation } from 'react-i18next'
import type { TaskView } from '../../api/types'
import { Clock, Stage, usePersonName } from '../../ui'
import { List, type Column } from '../../ui/list'
import type { Show } from './board'

export function Table({ pages, tasks, now, current, open }: Show) {
  const { t, i18n } = useTranslation('tasks')
  const nameOf = usePersonName()
  const columns: Column<TaskView>[] = [
    { key: 'clock', title: t('head.clock'), width: 150, cell: x => <Clock opened={x.opened} due={x.due} now={now} /> },
    { key: 'person', title: t('head.person'), cell: x => <button type="button" className="lk m" onClick={() => open(x.id)}>{nameOf({ id: x.person, name: x.person_name, phone: x.phone })}</button> },
    { key: 'what', title: t('head.what'), cell: x => <>{i18n.language === 'zh' ? x.title_zh : x.title_en} <span className="i3">{x.clock}</span></> },
    { key: 'stage', title: t('head.stage'), width: 140, hide: 'wide', cell: x => <Stage stage={x.stage} /> },
    { key: 'who', title: t('head.who'), width: 110, cell: x => <span className={x.assignee ? 'i2' : 'warn'}>{x.assignee_name ?? t('nobody')}</span> },
  ]
  return <div><List pages={pages} rows={tasks} columns={columns} rowKey={x => x.id} label={t('title')} current={current} onPeek={x => open(x.id)} card={() => null} /></div>
}
