// A made-up machine behind base/os.h: files in memory, clocks that stand still until advanced, seeded randomness, and
// everything that can go wrong with a disk. The same seed and the same calls give the same bytes, always.
// One thread at a time.
//
//   os_sim *s = os_sim_create(seed);
//   os_sim_crash_at(s, os_sim_calls(s) + k);      // the k-th call from now is the one during which the power goes
//   ... run until something returns E_IO, close everything (closing works on a dead machine) ...
//   os_sim_restart(s);                            // what was not synced survives, tears or is lost, as the seed wants
//   ... open again and compare with what had been acknowledged ...
#ifndef TESTS_SIM_OS_SIM_H
#define TESTS_SIM_OS_SIM_H
#include "base/os.h"

typedef struct os_sim os_sim;

os_sim *os_sim_create(uint64_t seed);
void os_sim_destroy(os_sim *s);               // every file must have been closed
os *os_sim_os(os_sim *s);

// Calls that can fail, since the beginning: files, names and directories; not clocks and randomness. `writes` are those
// among them that change something or make it durable: a crash elsewhere equals a crash at the next of these.
int64_t os_sim_calls(const os_sim *s);
int64_t os_sim_writes(const os_sim *s);

// Power cut during that call (numbered from 1 as counted above; 0: none): it and all later calls give E_IO until restart.
// The call itself may have had its effect, or part of it.
void os_sim_crash_at(os_sim *s, int64_t nth_call);
void os_sim_crash_at_write(os_sim *s, int64_t nth_write);
void os_sim_crash_now(os_sim *s);
bool os_sim_crashed(const os_sim *s);
// After a crash: per unsynced write all, some 512- or 4096-byte pieces, or nothing is on disk; unsynced truncations and
// names made, renamed or removed without os_sync_dir are there or not. Locks are gone, open files are dead (close them).
// Without a crash before: the same, as if the power went now.
void os_sim_restart(os_sim *s);
// After a crash that was only the process's (kill -9): the machine went on, so everything written is there, synced or not.
void os_sim_respawn(os_sim *s);

// That call fails with `e` (E_IO or E_DISK_FULL), sticky: and all after it. A failing write may have written a part, a
// failing sync loses pages silently: what is on disk is unknown, and a later sync that succeeds does not bring it there.
// E_DISK_FULL is for calls that need room: a file that grows, a new name. 0: none.
void os_sim_fail_at(os_sim *s, int64_t nth_call, err e, bool sticky);
void os_sim_fail_sync_at(os_sim *s, int64_t nth_sync);       // counts syncs of files only, from now
void os_sim_disk_limit(os_sim *s, int64_t bytes);            // of all files together; negative: none
void os_sim_bad_byte(os_sim *s, const char *path, int64_t byte);   // reading it gives E_IO until it is written again
void os_sim_flip_bit(os_sim *s, const char *path, int64_t byte, int bit);   // in the file and on disk

// Both clocks; the wall clock can also be set (operators do), the monotonic one cannot go back.
void os_sim_advance(os_sim *s, int64_t us);
void os_sim_set_now(os_sim *s, int64_t us);

// A harsher disk: a sector of 4096 bytes that was partly overwritten when the power goes may come out as garbage, also
// the bytes in it that were synced before. Off in the beginning: only what pads its writes to sectors survives this.
void os_sim_set_harsh(os_sim *s, bool harsh);

uint64_t os_sim_draw(os_sim *s);              // from the machine's own seed: for tests that want one source of chance

#endif
