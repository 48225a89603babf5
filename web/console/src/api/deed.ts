import { useRef, useState } from 'react'
import { toast } from '../ui/toast'
import { Problem, newKey } from './http'
import { asProblem } from './read'

/**
 * One thing asked of the server. `busy` while it runs; `problem` is what the server said when it refused, for the form to show at
 * its field. `aloud`: said as a toast instead, where there is no form. `run` answers what
 * the deed did, undefined when refused. The key it hands over stays the same until the server has answered, so pressing again after a lost answer does nothing twice.
 */
export function useDeed(aloud = false) {
  const [busy, setBusy] = useState(false), [problem, setProblem] = useState<Problem>()
  const key = useRef(newKey())
  async function run<T>(deed: (key: string) => Promise<T>): Promise<T | undefined> {
    setBusy(true); setProblem(undefined)
    try {
      const done = await deed(key.current)
      key.current = newKey()
      return done
    } catch (e) {
      const p = asProblem(e)
      if (p.status > 0) key.current = newKey()
      if (aloud) toast(p.message, 'bad')
      else setProblem(p)
      return undefined
    } finally { setBusy(false) }
  }
  return { busy, problem, run, forget: () => setProblem(undefined) }
}
