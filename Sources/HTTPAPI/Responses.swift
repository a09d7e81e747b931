package import HTTPTypes
package import Hummingbird
import NIOCore
package import SwarmCore
import WireFormats

extension Response {
    /// A JSON body.
    package init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], json: JSON) {
        var headers = headers
        headers[.contentType] = "application/json"
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.utf8)))
    }

    /// An error in the clients' form.
    init(_ error: WireError, id: SwarmCore.RequestID? = nil, isAnthropic: Bool = false) {
        var headers = HTTPFields()
        for (name, value) in error.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if let id { headers.name(id) }
        let envelope = isAnthropic ? error.anthropicEnvelope(requestID: id) : error.openAIEnvelope
        self.init(status: .init(code: error.status), headers: headers, json: envelope)
    }
}
