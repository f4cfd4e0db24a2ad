// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import SQLite

/// Where the demo keeps its base: in a folder that goes with it, or in a file that stays.
struct DemoDatabase {
    enum State {
        /// There is nothing yet.
        case empty
        /// An earlier demo filled it.
        case filled
    }

    /// The name of the token that a filled base has.
    static let tokenName = "demo"

    let options: DatabaseOptions
    private let temporaryFolder: String?

    /// A nil path makes a temporary folder.
    init(path: String?) throws {
        var options = DatabaseOptions()
        options.timeZone = CivilTimeZone.shanghai.name
        options.minFree = DatabaseOptions.minFree
        if let path {
            temporaryFolder = nil
            options.database = path
        } else {
            let folder = FileManager.default.temporaryDirectory.path + "/guanxi-demo-\(UUID())"
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            temporaryFolder = folder
            options.database = folder + "/demo.sqlite"
        }
        self.options = options
    }

    /// Looks at what is there; refuses a database that no demo made to its end.
    func state() throws -> State {
        let path = options.database
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard size ?? 0 > 0 else { return .empty }
        let (first, tokens) = try options.read { snapshot in
            (
                try Journal().events(after: 0, limit: 1, in: snapshot).first,
                try TokenService.list(in: snapshot)
            )
        }
        guard let first else { return .empty }
        guard first.requestID == DemoBase.requestID, tokens.contains(where: \.isOfDemo) else {
            throw Failure(
                Failure.cannotOpen,
                "\(path) holds records that no demo made; name another file, or none"
            )
        }
        return .filled
    }

    /// Removes the temporary folder, if there is one.
    var removeTemporary: @Sendable () -> Void {
        { [temporaryFolder] in
            guard let temporaryFolder else { return }
            try? FileManager.default.removeItem(atPath: temporaryFolder)
        }
    }

    /// Removes the file with all that stands beside it.
    func removeFiles() {
        for suffix in ["", "-wal", "-shm", "-lock", "-operator"] {
            try? FileManager.default.removeItem(atPath: options.database + suffix)
        }
    }
}

extension Token {
    var isOfDemo: Bool {
        name == DemoDatabase.tokenName && role == .admin
    }
}
