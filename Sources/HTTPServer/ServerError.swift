// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Why a server could not start.
package enum ServerError: Error, Sendable, Equatable {
    case badHost(String, reason: String)
    case badSocket(Int32)
    case portInUse(host: String, port: Int)
    case portForbidden(host: String, port: Int)
    case badSpoolFolder(String, code: Int32)
    case system(call: String, code: Int32)
}

extension ServerError {
    /// Whether the process, or the machine, has as many files open as it may.
    var isOutOfDescriptors: Bool {
        guard case .system(_, let code) = self else { return false }
        return code == EMFILE || code == ENFILE
    }
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badHost(let host, let reason):
            "cannot listen on host “\(host)”: \(reason)"
        case .badSocket(let number):
            "descriptor \(number) is no listening socket of IP"
        case .portInUse(let host, let port):
            "port \(port) of \(host) is in use by another program"
        case .portForbidden(let host, let port):
            "port \(port) of \(host) may not be used by this user"
        case .badSpoolFolder(let folder, let code):
            "cannot write bodies to \(folder): \(errorText(code))"
        case .system(let call, let code):
            "\(call) failed: \(errorText(code))"
        }
    }
}

private func errorText(_ code: Int32) -> String {
    // The text of an error number is a string the library keeps.
    unsafe String(cString: strerror(code))
}
