/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal after SIGKILL or another program: what "stty sane" does, and leaving the full
 * screen. */
#include "tui/term/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ttydefaults.h>
#include <termios.h>
#include <unistd.h>

static void make_sane_keys(cc_t *key)
{
    key[VINTR] = CINTR;
    key[VQUIT] = CQUIT;
    key[VERASE] = CERASE;
    key[VKILL] = CKILL;
    key[VEOF] = CEOF;
    key[VSTART] = CSTART;
    key[VSTOP] = CSTOP;
    key[VSUSP] = CSUSP;
    key[VREPRINT] = CREPRINT;
    key[VWERASE] = CWERASE;
    key[VLNEXT] = CLNEXT;
    key[VDISCARD] = CDISCARD;
    key[VEOL] = key[VEOL2] = _POSIX_VDISABLE;
    key[VMIN] = 1;
    key[VTIME] = 0;
}

static void make_sane(struct termios *m)
{
    m->c_iflag &= ~(tcflag_t)(IGNBRK | INLCR | IGNCR | IUCLC | IXANY | IXOFF | ISTRIP | PARMRK);
    m->c_iflag |= BRKINT | ICRNL | IMAXBEL | IXON;
    m->c_oflag &= ~(tcflag_t)(OLCUC | OCRNL | ONOCR | ONLRET | OFILL);
    m->c_oflag |= OPOST | ONLCR;
    m->c_cflag |= CREAD;
    m->c_lflag &= ~(tcflag_t)(ECHONL | NOFLSH | TOSTOP | ECHOPRT | XCASE | FLUSHO | EXTPROC);
    m->c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    make_sane_keys(m->c_cc);
}

static lu_err reset_fd(int fd)
{
    struct termios modes;
    lu_term_caps caps;

    if (tcgetattr(fd, &modes)) {
        return lu_fail(LU_ERR_IO, "the terminal's modes cannot be read: %s", strerror(errno));
    }
    make_sane(&modes);
    if (tcsetattr(fd, TCSANOW, &modes)) {
        return lu_fail(LU_ERR_IO, "the terminal's modes cannot be set: %s", strerror(errno));
    }
    LU_TRY(lu_within(lu_term_caps_read(fd, &caps), "its modes are set, its screen is not"));
    if (write(fd, caps.leave, caps.leave_len) != (ssize_t)caps.leave_len) {
        return lu_fail(LU_ERR_IO, "the terminal cannot be written to: %s", strerror(errno));
    }
    return LU_OK;
}

lu_err lu_term_reset(void)
{
    static const int own[] = {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO};
    lu_err err;
    int fd;

    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (isatty(own[i]) && (fcntl(own[i], F_GETFL) & O_ACCMODE) != O_RDONLY) {
            return reset_fd(own[i]);
        }
    }
    fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return lu_fail(LU_ERR_CANNOT, "there is no terminal");
    }
    err = reset_fd(fd);
    close(fd);
    return err;
}
