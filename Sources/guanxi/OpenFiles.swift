// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The number of files, and so of connections, that the process may have open.
enum OpenFiles {
    /// Raises the soft limit to the hard one.
    static func raiseLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
