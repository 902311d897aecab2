/** Every stream operator and output, in groups: importing this file is what puts the methods on DStream. */
import './checkpoint/context-methods'
import './context-events'
import './operators/index'
import './outputs/index'
import './windows/index'
import './state/index'
import './receivers/receiver-input-dstream'
