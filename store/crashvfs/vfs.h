// The part of SQLite's interface to an operating system that a file system
// needs (sqlite.org/c3ref/vfs.html, sqlite.org/c3ref/io_methods.html). The
// layouts are fixed by SQLite's promise of compatibility; they are written out
// here because the engine's own header is inside the driver's package.
#ifndef KASIR_CRASHVFS_H
#define KASIR_CRASHVFS_H

#include <stdint.h>

typedef struct vfs vfs;
typedef struct file file;
typedef struct methods methods;

struct file { const methods *m; };

struct methods {
	int version;
	int (*close)(file *);
	int (*read)(file *, void *, int, int64_t);
	int (*write)(file *, const void *, int, int64_t);
	int (*truncate)(file *, int64_t);
	int (*sync)(file *, int);
	int (*size)(file *, int64_t *);
	int (*lock)(file *, int);
	int (*unlock)(file *, int);
	int (*reserved)(file *, int *);
	int (*control)(file *, int, void *);
	int (*sector)(file *);
	int (*device)(file *);
	int (*shm_map)(file *, int, int, int, void volatile **);
	int (*shm_lock)(file *, int, int, int);
	void (*shm_barrier)(file *);
	int (*shm_unmap)(file *, int);
};

struct vfs {
	int version, file_bytes, path_bytes;
	vfs *next;
	const char *name;
	void *data;
	int (*open)(vfs *, const char *, file *, int, int *);
	int (*remove)(vfs *, const char *, int);
	int (*access)(vfs *, const char *, int, int *);
	int (*full)(vfs *, const char *, int, char *);
	void *(*dl_open)(vfs *, const char *);
	void (*dl_error)(vfs *, int, char *);
	void (*(*dl_sym)(vfs *, void *, const char *))(void);
	void (*dl_close)(vfs *, void *);
	int (*random)(vfs *, int, char *);
	int (*sleep)(vfs *, int);
	int (*now)(vfs *, double *);
	int (*last_error)(vfs *, int, char *);
	int (*now64)(vfs *, int64_t *);
};

// crash_install puts the file system before SQLite's own. It returns 0, or 1
// when there is no SQLite in this program.
int crash_install(void);

#endif
