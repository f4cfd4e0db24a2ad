// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import Glibc
import HTTPServer
import JSON
import SQLite

/// Why a command ends without having done its work, with the code that scripts see (sysexits.h).
struct Failure: Error {
    let code: Int32
    let message: String

    static let usage: Int32 = 64
    static let badData: Int32 = 65
    static let unavailable: Int32 = 69
    static let fault: Int32 = 70
    static let cannotOpen: Int32 = 73
    static let diskFull: Int32 = 74
    static let tryAgain: Int32 = 75

    init(_ code: Int32, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What an error of the layers below means for a command; nil for one of another kind.
    init?(describing error: any Error) {
        switch error {
        case let error as DatabaseLockError: self.init(error)
        case BackupError.damaged, BackupError.differs:
            self.init(Self.badData, "\(error)")
        case BackupError.noRoom: self.init(Self.diskFull, "\(error)")
        case BackupError.busy: self.init(Self.tryAgain, "\(error)")
        case BackupError.file(let path, let code): self.init(writing: path, errno: code)
        case let error as BackupError: self.init(Self.cannotOpen, "\(error)")
        case let error as BackupFault: self.init(Self.badData, "\(error)")
        case let error as SQLiteError where error.isFull: self = .full
        case MigrationError.failed(_, _, let error) where error.isFull: self = .full
        case let error as SQLiteError where error.isReadOnly:
            self.init(Self.cannotOpen, "the database cannot be written: \(error.message)")
        case MigrationError.foreign: self.init(Self.badData, "\(MigrationError.foreign)")
        case let error as MigrationError: self.init(Self.cannotOpen, "\(error)")
        case let error as ImportSyntaxError:
            self.init(Self.badData, "line \(error.line): \(error.detail)")
        case let error as Violations:
            let details = error.all.map { "\($0.pointer.dropFirst()) \($0.detail)" }
            self.init(Self.badData, details.joined(separator: "; "))
        case let error as SQLiteError where error == .noFile:
            self.init(Self.badData, error.message)
        case let error as SQLiteError where error.isCorrupt || error.isMismatch:
            self.init(Self.badData, "the database is damaged: \(error.message)")
        case let error as SQLiteError where error.isInputOutput:
            self.init(Self.fault, "the database cannot be read or written: \(error)")
        case let error as SQLiteError: self.init(Self.cannotOpen, "the database: \(error)")
        case let error as ServerError: self.init(Self.unavailable, "\(error)")
        case ServiceError.refused(let refusals):
            let details = refusals.map { "\($0.pointer.dropFirst()) \($0.detail)" }
            self.init(Self.usage, details.joined(separator: "; "))
        case ServiceError.notFound: self.init(Self.badData, "there is no such record")
        case let error as CocoaError: self.init(Self.fault, error.localizedDescription)
        default: return nil
        }
    }

    /// A file or a stream that does not take what is written to it.
    init(writing name: String, errno code: Int32) {
        let isFull = code == ENOSPC || code == EDQUOT
        self.init(
            isFull ? Self.diskFull : Self.cannotOpen,
            unsafe "cannot write \(name): " + String(cString: strerror(code))
        )
    }

    private static var full: Failure {
        Failure(
            diskFull,
            "the disk of the database is full or nearly so: no more was changed; make room "
                + "and try again"
        )
    }

    private init(_ error: DatabaseLockError) {
        switch error {
        case .held(let owner):
            let name = owner.map { "process \($0)" } ?? "another process"
            self.init(Self.cannotOpen, "the database is in use by \(name)")
        case .cannotOpen(let path, let code):
            self.init(Self.cannotOpen, "cannot open \(path) (error \(code))")
        case .noFile(let message): self.init(Self.badData, message)
        case .reserved(let path):
            self.init(
                Self.cannotOpen,
                "\(path) is named like a file beside a database: give it another name"
            )
        }
    }
}
