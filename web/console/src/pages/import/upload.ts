import { ly } from '../../api/http'

/** Announces the file and sends its parts in order. The job's id. */
export async function upload(file: File, told: (share: number) => void): Promise<number> {
  const job = await ly.import.post_imports({ name: file.name.slice(0, 200), bytes: file.size })
  for (let part = 0; part * job.part_bytes < file.size; part++) {
    const from = part * job.part_bytes
    await ly.import.put_imports_by_id_parts_by_part(job.id, part + 1, file.slice(from, from + job.part_bytes))
    told(Math.min(1, (from + job.part_bytes) / file.size))
  }
  return job.id
}
