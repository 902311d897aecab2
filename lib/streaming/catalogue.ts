/** Every stream operator and output, in groups: importing this file is what puts the methods on DStream. */
import './operators/index'
import './outputs/index'
import './windows/index'
import './receivers/receiver-input-dstream'
