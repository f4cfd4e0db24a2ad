// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import SQLite

/// The file beside the database in which a running service says where it is to be asked, and with
/// which secret; readable by the owner alone, who could read the database just as well.
struct OperatorFile {
    struct Contents {
        let host: String
        let port: Int
        let token: String
        /// The process that serves.
        let process: Int32
    }

    private let path: String

    init(database: String) {
        path = DatabasePath.resolved(database) + "-operator"
    }

    func write(_ contents: Contents) throws {
        let json: JSON = [
            "host": .string(contents.host), "port": .integer(contents.port),
            "token": .string(contents.token), "process": .integer(Int(contents.process)),
        ]
        do {
            try DurableFile.write(Array(json.text.utf8), to: path)
        } catch {
            throw Failure(Failure.cannotOpen, "cannot write \(path)")
        }
    }

    /// Where the service that holds the database is to be asked; nil if no file says so, and what a
    /// service that was killed has left is not believed.
    func read() -> Contents? {
        guard let data = FileManager.default.contents(atPath: path),
            let json = try? JSONReader.read(Array(data)),
            let host = json["host"]?.string, let port = json["port"]?.integer,
            let token = json["token"]?.string,
            let process = json["process"]?.integer.flatMap({ Int32(exactly: $0) })
        else { return nil }
        return Contents(host: host, port: port, token: token, process: process)
    }

    func remove() {
        DurableFile.remove(path)
    }
}
