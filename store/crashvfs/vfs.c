#include "vfs.h"
#include "_cgo_export.h"
#include <stddef.h>

// SQLite comes with the driver, in another package of the same program. Weak,
// so that this package can be built by itself.
extern vfs *sqlite3_vfs_find(const char *) __attribute__((weak));
extern int sqlite3_vfs_register(vfs *, int) __attribute__((weak));

// A file of ours has SQLite's own right behind it. Number 0 is not watched.
typedef struct {
	file head;
	int number;
} ours;

static vfs *below;

static file *real(file *f) { return (file *)((char *)f + ((sizeof(ours) + 15) & ~15UL)); }
static int number(file *f) { return ((ours *)f)->number; }

static int f_close(file *f) {
	return real(f)->m->close(real(f));
}

static int f_read(file *f, void *to, int n, int64_t at) {
	int rc = number(f) ? crashCall(number(f), CRASH_READ, at, NULL, n) : 0;
	return rc ? rc : real(f)->m->read(real(f), to, n, at);
}

static int f_write(file *f, const void *from, int n, int64_t at) {
	int rc = number(f) ? crashCall(number(f), CRASH_WRITE, at, (void *)from, n) : 0;
	if (rc == CRASH_SHORT) { // a disk takes what it has room for
		int half = n / 2;
		crashCall(number(f), CRASH_REST, at, (void *)from, half);
		real(f)->m->write(real(f), from, half, at);
		return 13; // SQLITE_FULL
	}
	return rc ? rc : real(f)->m->write(real(f), from, n, at);
}

static int f_truncate(file *f, int64_t size) {
	int rc = number(f) ? crashCall(number(f), CRASH_TRUNCATE, size, NULL, 0) : 0;
	return rc ? rc : real(f)->m->truncate(real(f), size);
}

// A watched file is not synced: what a power cut leaves of it is worked out.
static int f_sync(file *f, int flags) {
	return number(f) ? crashCall(number(f), CRASH_SYNC, 0, NULL, 0) : real(f)->m->sync(real(f), flags);
}

static int f_size(file *f, int64_t *n) { return real(f)->m->size(real(f), n); }
static int f_lock(file *f, int how) { return real(f)->m->lock(real(f), how); }
static int f_unlock(file *f, int how) { return real(f)->m->unlock(real(f), how); }
static int f_reserved(file *f, int *is) { return real(f)->m->reserved(real(f), is); }
static int f_control(file *f, int op, void *arg) { return real(f)->m->control(real(f), op, arg); }
static int f_sector(file *f) { return real(f)->m->sector(real(f)); }
static int f_device(file *f) { return real(f)->m->device(real(f)); }

static int f_shm_map(file *f, int page, int size, int extend, void volatile **to) {
	int rc = number(f) ? crashCall(number(f), CRASH_SHM, page, NULL, 0) : 0;
	return rc ? rc : real(f)->m->shm_map(real(f), page, size, extend, to);
}

static int f_shm_lock(file *f, int at, int n, int flags) { return real(f)->m->shm_lock(real(f), at, n, flags); }
static void f_shm_barrier(file *f) { real(f)->m->shm_barrier(real(f)); }
static int f_shm_unmap(file *f, int drop) { return real(f)->m->shm_unmap(real(f), drop); }

// Version 2: with a log's index, without memory-mapped pages, which would be
// writes that nobody sees.
static const methods file_methods = {
	2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock, f_reserved, f_control,
	f_sector, f_device, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap,
};

static int v_open(vfs *v, const char *path, file *f, int flags, int *out) {
	f->m = NULL; // SQLite closes a file whose methods are set, even after an error
	int n = path ? crashOpen((char *)path, flags) : 0;
	if (n < 0)
		return -n;
	((ours *)f)->number = n;
	int rc = below->open(below, path, real(f), flags, out);
	if (real(f)->m)
		f->m = &file_methods;
	if (n > 0 && rc == 0)
		crashOpened((char *)path);
	return rc;
}

static int v_remove(vfs *v, const char *path, int sync) {
	int watched = 0;
	int rc = crashRemove((char *)path, sync, &watched);
	return rc ? rc : below->remove(below, path, watched ? 0 : sync);
}

static int v_access(vfs *v, const char *path, int flags, int *is) { return below->access(below, path, flags, is); }
static int v_full(vfs *v, const char *path, int n, char *to) { return below->full(below, path, n, to); }
static void *v_dl_open(vfs *v, const char *path) { return below->dl_open(below, path); }
static void v_dl_error(vfs *v, int n, char *to) { below->dl_error(below, n, to); }
static void (*v_dl_sym(vfs *v, void *lib, const char *name))(void) { return below->dl_sym(below, lib, name); }
static void v_dl_close(vfs *v, void *lib) { below->dl_close(below, lib); }
static int v_random(vfs *v, int n, char *to) { return below->random(below, n, to); }
static int v_sleep(vfs *v, int us) { return below->sleep(below, us); }
static int v_now(vfs *v, double *to) { return below->now(below, to); }
static int v_last_error(vfs *v, int n, char *to) { return below->last_error(below, n, to); }
static int v_now64(vfs *v, int64_t *to) { return below->now64(below, to); }

static vfs above = {
	.version = 2, .name = "crash",
	.open = v_open, .remove = v_remove, .access = v_access, .full = v_full,
	.dl_open = v_dl_open, .dl_error = v_dl_error, .dl_sym = v_dl_sym, .dl_close = v_dl_close,
	.random = v_random, .sleep = v_sleep, .now = v_now, .last_error = v_last_error, .now64 = v_now64,
};

int crash_install(void) {
	if (!sqlite3_vfs_find || !sqlite3_vfs_register || !(below = sqlite3_vfs_find(NULL)))
		return 1;
	above.path_bytes = below->path_bytes;
	above.file_bytes = (int)((sizeof(ours) + 15) & ~15UL) + below->file_bytes;
	return sqlite3_vfs_register(&above, 1);
}
